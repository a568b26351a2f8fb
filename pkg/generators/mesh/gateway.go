package mesh

import (
	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Gateway opens the site's host on the ingress gateway's pods. There is none
// when spec.mesh.gateway.name attaches the site to a Gateway that exists.
func Gateway(site *v1alpha1.AthensSite) []generators.Object {
	g := &site.Spec.Mesh.Gateway
	if !generators.Meshed(site) || g.Name != "" {
		return nil
	}
	return []generators.Object{&networkingv1.Gateway{
		TypeMeta:   generators.Type(networkingAPI, "Gateway"),
		ObjectMeta: generators.Meta(site, site.Name, generators.SiteWide),
		Spec: v1alpha3.Gateway{
			Selector: g.Selector,
			Servers: []*v1alpha3.Server{{
				Port: &v1alpha3.Port{
					Number:   uint32(g.Port),
					Name:     "https-" + site.Name,
					Protocol: "HTTPS",
				},
				// istiod reads "./" as the namespace of this object: a
				// VirtualService elsewhere cannot take the host over.
				Hosts: []string{"./" + site.Spec.Host},
				Tls: &v1alpha3.ServerTLSSettings{
					Mode:               v1alpha3.ServerTLSSettings_SIMPLE,
					CredentialName:     g.TLS.CredentialName,
					MinProtocolVersion: v1alpha3.ServerTLSSettings_TLSV1_2,
				},
			}},
		},
	}}
}

// gatewayRef names the Gateway that the site is bound to, in full.
func gatewayRef(site *v1alpha1.AthensSite) string {
	if name := site.Spec.Mesh.Gateway.Name; name != "" {
		return name
	}
	return site.Namespace + "/" + site.Name
}
