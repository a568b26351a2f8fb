// Package v1alpha1 is the API of athens-kfn: AthensSite,
// MeshReferences and MeshEnrolment, their defaults and their rules. Package
// strict reads them.
//
// The package is pure: no clock, environment, network or logging. The way of a
// site through it is
//
//	Default   fills every field that the user left out (default.go)
//	Validate  reports every contradiction at once (validate*.go)
//
// A site that passed both is complete: code that builds objects from it
// has no fallback and returns no error.
//
// +kubebuilder:object:generate=false
// +groupName=athens.gomods.io
package v1alpha1

const (
	// Group is the API group of every kind in this package.
	Group = "athens.gomods.io"
	// Version is the version of the API group.
	Version = "v1alpha1"
	// APIVersion is what a manifest writes in its apiVersion field.
	APIVersion = Group + "/" + Version
	// Kind is the kind of a site.
	Kind = "AthensSite"
)
