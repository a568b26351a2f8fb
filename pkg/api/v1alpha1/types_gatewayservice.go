package v1alpha1

// ServiceLoadBalancer is a Service with an address outside the cluster.
const ServiceLoadBalancer = "LoadBalancer"

// GatewayService is a Service for a site outside a mesh. It serves plain HTTP on
// port 80, every path of the site, to every client that reaches it: only in a
// private network.
type GatewayService struct {
	// Type of the Service. Default: LoadBalancer.
	// +kubebuilder:validation:Enum=LoadBalancer
	// +optional
	Type string `json:"type,omitempty"`
}

// Exposed says whether a site outside a mesh is reached from outside the cluster.
func (g *Gateway) Exposed() bool { return g.Ingress != nil || g.Service != nil }
