package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// MeshReferencesKind is the kind of MeshReferences in a manifest.
const MeshReferencesKind = "MeshReferences"

// MeshReferences makes every field that names another object by what it was
// called before name it by what it is called now.
type MeshReferences struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// +optional
	Spec MeshReferencesSpec `json:"spec,omitempty"`
}

// MeshReferencesSpec says what was renamed, as far as the host leaves no notes.
type MeshReferencesSpec struct {
	// KeepNamespaces are those whose objects go back to where they were, and the
	// Namespace objects with them. [] says that all were meant to move. Default:
	// none; then objects of several namespaces in one are an error.
	// +optional
	KeepNamespaces []string `json:"keepNamespaces,omitempty"`

	// NamePrefix is what was put before the names, for hosts that leave no notes.
	// Default: none.
	// +optional
	NamePrefix string `json:"namePrefix,omitempty"`

	// NameSuffix is what was put behind the names, for hosts that leave no notes.
	// Default: none.
	// +optional
	NameSuffix string `json:"nameSuffix,omitempty"`

	// Namespace is what became of the namespace, for hosts that leave no notes.
	// Default: none.
	// +optional
	Namespace *NamespaceChange `json:"namespace,omitempty"`
}

// NamespaceChange is a namespace that was replaced by another one.
type NamespaceChange struct {
	// From is the namespace that objects were written in. Required.
	From string `json:"from"`
	// To is the namespace that they are in now. Required.
	To string `json:"to"`
}
