package v1alpha1

// LocalRef names an object of the site's namespace.
type LocalRef struct {
	// Name of the object. Required.
	Name string `json:"name"`
}

// TLS is how a server is reached over TLS: write `{}`.
type TLS struct{}

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
