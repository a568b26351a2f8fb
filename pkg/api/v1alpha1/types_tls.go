package v1alpha1

// TLS is how a server is reached over TLS: write `{}` where its certificate is
// signed by an authority that the site trusts (see trust).
type TLS struct {
	// CARef names the certificates of the authorities that the server's
	// certificate may be signed by, as PEM. Default key: ca.crt. Default: none,
	// those of trust.
	// +optional
	CARef *FileRef `json:"caRef,omitempty"`
	// ClientCertificate is what Athens shows to the server. Default: none.
	// +optional
	ClientCertificate *ClientCertificate `json:"clientCertificate,omitempty"`
	// ServerName is the name in the server's certificate. Default: the host
	// that is called.
	// +optional
	ServerName string `json:"serverName,omitempty"`
}

// ClientCertificate is a certificate with its private key.
type ClientCertificate struct {
	// SecretRef names the Secret and its keys. Required.
	SecretRef CertificateSecretRef `json:"secretRef"`
}

// CertificateSecretRef names a Secret with a certificate, as in the type
// kubernetes.io/tls.
type CertificateSecretRef struct {
	// Name of the Secret. Required.
	Name string `json:"name"`
	// Keys inside the Secret.
	// +optional
	Keys CertificateKeys `json:"keys,omitempty"`
}

// CertificateKeys are the keys of a Secret with a certificate.
type CertificateKeys struct {
	// Certificate is the key of the certificate. Default: tls.crt.
	// +optional
	Certificate string `json:"certificate,omitempty"`
	// PrivateKey is the key of the private key. Default: tls.key.
	// +optional
	PrivateKey string `json:"privateKey,omitempty"`
}
