package v1alpha1

// Secrets are only ever referred to: the spec holds none. Every reference is
// named secretRef. It holds the name of a Secret of the site's namespace and
// the key of one value, or the keys of several.

// SecretKeyRef names one value of a Secret of the site's namespace.
type SecretKeyRef struct {
	// Name of the Secret. Required.
	Name string `json:"name"`
	// Key inside the Secret. Default: given by the field that refers to it.
	// +optional
	Key string `json:"key,omitempty"`
}

// SecretValue is one value of a Secret.
type SecretValue struct {
	// SecretRef names the Secret and the key of the value. Required.
	SecretRef SecretKeyRef `json:"secretRef"`
}

// UserCredentials are the name and the password of a user.
type UserCredentials struct {
	// SecretRef names the Secret and its keys. Required.
	SecretRef UserSecretRef `json:"secretRef"`
}

// UserSecretRef names a Secret with a user, as in the type
// kubernetes.io/basic-auth.
type UserSecretRef struct {
	// Name of the Secret. Required.
	Name string `json:"name"`
	// Keys inside the Secret.
	// +optional
	Keys UserKeys `json:"keys,omitempty"`
}

// UserKeys are the keys of a Secret with a user.
type UserKeys struct {
	// Username is the key of the user's name. Default: username.
	// +optional
	Username string `json:"username,omitempty"`
	// Password is the key of the password. Default: password.
	// +optional
	Password string `json:"password,omitempty"`
}

// S3SecretRef names a Secret with an access key of AWS.
type S3SecretRef struct {
	// Name of the Secret. Required.
	Name string `json:"name"`
	// Keys inside the Secret.
	// +optional
	Keys S3Keys `json:"keys,omitempty"`
}

// S3Keys are the keys of a Secret with an access key of AWS.
type S3Keys struct {
	// AccessKeyID is the key of the access key's ID.
	// Default: AWS_ACCESS_KEY_ID.
	// +optional
	AccessKeyID string `json:"accessKeyID,omitempty"`
	// SecretAccessKey is the key of the secret access key.
	// Default: AWS_SECRET_ACCESS_KEY.
	// +optional
	SecretAccessKey string `json:"secretAccessKey,omitempty"`
	// SessionToken is the key of the token that temporary credentials have in
	// addition. Default: none, the credentials are permanent.
	// +optional
	SessionToken string `json:"sessionToken,omitempty"`
}

// MinioSecretRef names a Secret with an access key of MinIO.
type MinioSecretRef struct {
	// Name of the Secret. Required.
	Name string `json:"name"`
	// Keys inside the Secret.
	// +optional
	Keys MinioKeys `json:"keys,omitempty"`
}

// MinioKeys are the keys of a Secret with an access key of MinIO.
type MinioKeys struct {
	// AccessKeyID is the key of the access key's ID. Default: accessKey.
	// +optional
	AccessKeyID string `json:"accessKeyID,omitempty"`
	// SecretAccessKey is the key of the secret access key. Default: secretKey.
	// +optional
	SecretAccessKey string `json:"secretAccessKey,omitempty"`
}

// SSHSecretRef names a Secret with an SSH key.
type SSHSecretRef struct {
	// Name of the Secret. Required.
	Name string `json:"name"`
	// Keys inside the Secret.
	// +optional
	Keys SSHKeys `json:"keys,omitempty"`
}

// SSHKeys are the keys of a Secret with an SSH key.
type SSHKeys struct {
	// PrivateKey is the key of the private key, as in the type
	// kubernetes.io/ssh-auth. Default: ssh-privatekey.
	// +optional
	PrivateKey string `json:"privateKey,omitempty"`
	// KnownHosts is the key of the known_hosts file with the public keys of
	// the servers. Default: known_hosts.
	// +optional
	KnownHosts string `json:"knownHosts,omitempty"`
}
