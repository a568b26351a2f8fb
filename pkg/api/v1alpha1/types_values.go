package v1alpha1

// SecretRef names a Secret of the site's namespace. Secrets are only ever
// referred to: the spec holds none.
type SecretRef struct {
	// Name of the Secret. Required.
	Name string `json:"name"`
}

// SecretKeyRef names one key of a Secret of the site's namespace.
type SecretKeyRef struct {
	// Name of the Secret. Required.
	Name string `json:"name"`
	// Key inside the Secret. Default: as the field that refers to it says.
	// +optional
	Key string `json:"key,omitempty"`
}

// SecretSource is the one way in which this spec takes a secret.
type SecretSource struct {
	// SecretRef names the Secret and its key. Required.
	SecretRef SecretKeyRef `json:"secretRef"`
}

// Empty is a choice without settings of its own: write `{}`.
type Empty struct{}
