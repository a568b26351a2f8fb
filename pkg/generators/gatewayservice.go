package generators

import (
	"maps"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// GatewayService is the address of a site outside a mesh: of lathens, which passes
// on what it does not cache, or of Athens. It opens every path, as an Ingress does.
func GatewayService(site *v1alpha1.AthensSite) []Object {
	g := &site.Spec.Gateway
	if g.Service == nil || Meshed(site) {
		return nil
	}
	service := serviceFor(site, "gateway", SiteWide, Selector(site, frontProgram(site)))
	service.Annotations = maps.Clone(g.Annotations)
	service.Spec.Type = corev1.ServiceType(g.Service.Type)
	// By this, AKS would ask / for the health of the nodes instead of opening a
	// connection.
	service.Spec.Ports[0].AppProtocol = nil
	return []Object{service}
}
