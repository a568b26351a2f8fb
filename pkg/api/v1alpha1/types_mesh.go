package v1alpha1

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

	// RootNamespace is where the control plane runs. Default: istio-system;
	// aks-istio-system with a revision of the AKS add-on.
	// +optional
	RootNamespace string `json:"rootNamespace,omitempty"`

	// TrustDomain of the mesh's identities. Default: cluster.local.
	// +optional
	TrustDomain string `json:"trustDomain,omitempty"`

	// Gateway is the ingress gateway that the site is reached through.
	// +optional
	Gateway Gateway `json:"gateway,omitempty"`

	// Timeouts of the routes.
	// +optional
	Timeouts RouteTimeouts `json:"timeouts,omitempty"`
}

// AddOn says whether the control plane is the AKS add-on.
func (m *Mesh) AddOn() bool { return strings.HasPrefix(m.Revision, AKSRevisionPrefix) }

// Gateway is the ingress gateway that the site is reached through.
type Gateway struct {
	// Name attaches the site to a Gateway that is there already, as
	// namespace/name; tls must then be left out. Its pods are those of
	// selector, namespace and serviceAccount; without these, the known ones of
	// its namespace. Default: none, the site brings its own Gateway object.
	// +optional
	Name string `json:"name,omitempty"`

	// Selector is the labels of the gateway's pods.
	// Default: those of the known installation that namespace means
	// (docs/howto/gateway.md); without one, istio: ingressgateway, or
	// istio: aks-istio-ingressgateway-external with a revision of the AKS
	// add-on.
	// +optional
	Selector map[string]string `json:"selector,omitempty"`

	// Namespace of the gateway's pods. Default: that of the known installation
	// that selector means; without one, istio-system, or aks-istio-ingress with
	// a revision of the AKS add-on.
	// +optional
	Namespace string `json:"namespace,omitempty"`

	// ServiceAccount of the gateway's pods: the identity that may call the
	// site. Required where namespace and selector are not those of a known
	// installation. Default: the account of that installation; without
	// either, istio-ingressgateway-service-account, which istioctl makes, or
	// aks-istio-ingressgateway-external with a revision of the AKS add-on.
	// +optional
	ServiceAccount string `json:"serviceAccount,omitempty"`

	// Internal says that only private networks reach the gateway: its load
	// balancer has no public address. Nothing makes it so; check believes it.
	// Default: true for the internal gateway of the AKS add-on, else false.
	// +optional
	Internal bool `json:"internal,omitempty"`

	// Port of the gateway's Service that serves HTTPS. Default: 443.
	// +optional
	Port int32 `json:"port,omitempty"`

	// TargetPort of the gateway's pods behind that port; the mesh's rules on
	// the gateway see this one. Default: 8443.
	// +optional
	TargetPort int32 `json:"targetPort,omitempty"`

	// TLS of the site's host.
	// +optional
	TLS GatewayTLS `json:"tls,omitempty"`

	// CatalogFrom are the address ranges, as in 203.0.113.7/32, from which
	// /catalog may be read through the gateway: those with which the crathens
	// of other regions (crathens.sources there) leave their clusters. The gateway
	// must see the addresses of its clients (externalTrafficPolicy: Local) and
	// believe no forwarded ones. The catalog names private modules.
	// Default: none, the catalog stays inside.
	// +optional
	CatalogFrom []string `json:"catalogFrom,omitempty"`
}

// GatewayTLS is how the gateway ends TLS for the site's host.
type GatewayTLS struct {
	// CredentialName is the Secret with the certificate, in the namespace of
	// the gateway's pods. Default: <metadata.name>-tls.
	// +optional
	CredentialName string `json:"credentialName,omitempty"`
}

// RouteTimeouts are the gateway's timeouts for each class of requests.
// Zips have none: a large one takes as long as the client's line needs.
type RouteTimeouts struct {
	// List of `@v/list` and `@latest`, all tries together: three, or with
	// lathens.spread ByModule one for each replica of lathens and two more.
	// Each gets an equal part, at least 3s, so that it outlives a connection
	// attempt (2s); there are fewer tries where more do not fit. lathens
	// answers a second before a try ends.
	// Default: 10s for each try, at most edge.frontDoor.originTimeout.
	// +optional
	List *metav1.Duration `json:"list,omitempty"`

	// Module of `.info` and `.mod`: the first one of a version waits for the
	// whole download. Default: edge.frontDoor.originTimeout, or 300s without
	// an edge.
	// +optional
	Module *metav1.Duration `json:"module,omitempty"`

	// SumDB of /sumdb/. A checksum database fetches a module that it meets for
	// the first time before it answers; sum.golang.org has taken 58s, and the
	// go command does not try again after a 504. Default: 120s, but not more
	// than edge.frontDoor.originTimeout.
	// +optional
	SumDB *metav1.Duration `json:"sumDB,omitempty"`
}

// Edge is what stands between go commands and the mesh; at most one key.
//
// +kubebuilder:validation:MaxProperties=1
type Edge struct {
	// FrontDoor is an Azure Front Door.
	// +optional
	FrontDoor *FrontDoor `json:"frontDoor,omitempty"`
}
