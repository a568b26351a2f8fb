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

// What happens to namespaces that became one.
const (
	// MergedRefuse makes them an error.
	MergedRefuse = "Refuse"
	// MergedAllow takes them as meant.
	MergedAllow = "Allow"
)

// MeshReferencesSpec is what the transformer cannot know from the objects.
type MeshReferencesSpec struct {
	// KeepNamespaces are the namespaces whose objects return to them, with the
	// Namespace objects. A name in which no object was written is an error.
	// Default: none.
	// +listType=set
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +kubebuilder:validation:items:MaxLength=63
	// +optional
	KeepNamespaces []string `json:"keepNamespaces,omitempty"`

	// MergedNamespaces: Refuse makes it an error that objects of several
	// namespaces are in one now, as after kustomize's namespace:, unless
	// keepNamespaces returns them. Allow means that all of them were meant to
	// move. Default: Refuse.
	// +kubebuilder:validation:Enum=Refuse;Allow
	// +optional
	MergedNamespaces string `json:"mergedNamespaces,omitempty"`

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

	// Strict makes every warning an error: the build fails and nothing is changed.
	// Default: false.
	// +optional
	Strict bool `json:"strict,omitempty"`
}

// NamespaceChange is a namespace that was replaced by another one.
type NamespaceChange struct {
	// From is the namespace that objects were written in. Required.
	From string `json:"from"`
	// To is the namespace that they are in now. Required.
	To string `json:"to"`
}
