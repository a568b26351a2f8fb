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

// Replicas of a Deployment. A plain number n is short for {min: n, max: n}.
//
// +kubebuilder:pruning:PreserveUnknownFields
// +kubebuilder:validation:Schemaless
type Replicas struct {
	// Min is the number of replicas that always run. Default: as the field
	// that holds it says.
	// +optional
	Min int32 `json:"min,omitempty"`
	// Max is the upper bound; above min it makes a HorizontalPodAutoscaler.
	// Default: min.
	// +optional
	Max int32 `json:"max,omitempty"`
}

// Scales says whether a HorizontalPodAutoscaler decides the number.
func (r Replicas) Scales() bool { return r.Max > r.Min }
