package v1alpha1

// LocalRef names an object of the site's namespace.
type LocalRef struct {
	// Name of the object. Required.
	Name string `json:"name"`
}

// Empty is a choice without settings of its own: write `{}`.
type Empty struct{}
