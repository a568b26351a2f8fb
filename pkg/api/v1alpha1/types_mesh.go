package v1alpha1

import (
	"strings"
)

// Mesh modes.
const (
	// MeshSidecar puts an Envoy beside every pod.
	MeshSidecar = "Sidecar"
	// MeshAmbient uses ztunnel and waypoints; refused for now.
	MeshAmbient = "Ambient"
	// MeshNone is a plain site without Istio.
	MeshNone = "None"
)

// Mesh is the Istio configuration around the site.
type Mesh struct {
	// Mode is how pods join the mesh. None makes a plain site for a cluster
	// without Istio. Default: Sidecar.
	// +kubebuilder:validation:Enum=Sidecar;Ambient;None
	// +optional
	Mode string `json:"mode,omitempty"`

	// Revision of the control plane that injects (label istio.io/rev), as in
	// asm-1-30 of the AKS add-on. Default: none, the label istio-injection.
	// +optional
	Revision string `json:"revision,omitempty"`

	// RootNamespace is where the control plane runs. Default: istio-system,
	// aks-istio-system with a revision of the AKS add-on, or none with mode
	// None.
	// +optional
	RootNamespace string `json:"rootNamespace,omitempty"`

	// TrustDomain of the mesh's identities. Default: cluster.local;
	// none with mode None.
	// +optional
	TrustDomain string `json:"trustDomain,omitempty"`
}

// AddOn says whether the control plane is the AKS add-on.
func (m *Mesh) AddOn() bool {
	return m.Mode != MeshNone && strings.HasPrefix(m.Revision, AKSRevisionPrefix)
}

// ConfigMap is the namespace and the name of the one that an operator writes the
// mesh config of this control plane in, as extension providers. That of the AKS
// add-on has one for each revision, which nothing copies to the next
// (learn.microsoft.com/azure/aks/istio-meshconfig). The namespace is empty for a
// mesh that has no defaults yet.
func (m *Mesh) ConfigMap() (namespace, name string) {
	switch {
	case m.AddOn():
		return AKSRootNamespace, "istio-shared-configmap-" + m.Revision
	case m.ownRevision() != "":
		return m.RootNamespace, "istio-" + m.Revision
	}
	return m.RootNamespace, "istio"
}

// Edge is the service between go commands and the mesh; at most one key.
//
// +kubebuilder:validation:MaxProperties=1
type Edge struct {
	// FrontDoor is an Azure Front Door.
	// +optional
	FrontDoor *FrontDoor `json:"frontDoor,omitempty"`
}
