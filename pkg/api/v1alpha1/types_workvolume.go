package v1alpha1

import "k8s.io/apimachinery/pkg/api/resource"

// WorkVolume is where Athens' go commands unpack modules before they are stored:
// /tmp of its pods. Exactly one key.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=1
type WorkVolume struct {
	// EmptyDir is a directory on the node, as large as the container's limit of
	// ephemeral storage leaves room for.
	// +optional
	EmptyDir *Empty `json:"emptyDir,omitempty"`
	// Ephemeral is a volume of its own for each pod, which is made and deleted
	// with it, where nodes have too little disk.
	// +optional
	Ephemeral *EphemeralVolume `json:"ephemeral,omitempty"`
}

// EphemeralVolume is a volume that lives as long as its pod.
type EphemeralVolume struct {
	// Size of the volume. Default: 1Gi for each of goGetWorkers.
	// +optional
	Size *resource.Quantity `json:"size,omitempty"`
	// StorageClassName of the volume. Default: the cluster's.
	// +optional
	StorageClassName string `json:"storageClassName,omitempty"`
}
