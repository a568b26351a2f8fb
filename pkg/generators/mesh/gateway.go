package mesh

import (
	"maps"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Gateway opens the site's host on the ingress gateway's pods. There is none
// when spec.gateway.istio.gatewayRef attaches the site to a Gateway that exists.
func Gateway(site *v1alpha1.AthensSite) []generators.Object {
	if !generators.Meshed(site) || site.Spec.Gateway.Ref() != nil {
		return nil
	}
	g, w := &site.Spec.Gateway, site.Spec.Gateway.Workload()
	meta := generators.Meta(site, site.Name, generators.SiteWide)
	meta.Annotations = maps.Clone(g.Annotations)
	return []generators.Object{&networkingv1.Gateway{
		TypeMeta:   generators.Type(networkingAPI, "Gateway"),
		ObjectMeta: meta,
		Spec: v1alpha3.Gateway{
			Selector: w.Labels,
			Servers: append([]*v1alpha3.Server{{
				Port: &v1alpha3.Port{
					Number:   uint32(w.Port),
					Name:     "https-" + site.Name,
					Protocol: "HTTPS",
				},
				Hosts: gatewayHosts(site),
				Tls: &v1alpha3.ServerTLSSettings{
					Mode:               v1alpha3.ServerTLSSettings_SIMPLE,
					CredentialName:     g.TLSSecret(),
					MinProtocolVersion: v1alpha3.ServerTLSSettings_TLSV1_2,
				},
			}}, plainServers(site)...),
		},
	}}
}

// plainPort is where browsers send plain HTTP.
const plainPort = 80

// plainServers redirect plain HTTP to the same host and path. Clients of a Front
// Door do not reach the gateway.
func plainServers(site *v1alpha1.AthensSite) []*v1alpha3.Server {
	if site.Spec.Gateway.PlainHTTP != v1alpha1.PlainHTTPRedirect || site.Spec.Edge.FrontDoor != nil {
		return nil
	}
	return []*v1alpha3.Server{{
		Port:  &v1alpha3.Port{Number: plainPort, Name: "http-" + site.Name, Protocol: "HTTP"},
		Hosts: []string{"./" + site.Spec.Host},
		Tls:   &v1alpha3.ServerTLSSettings{HttpsRedirect: true},
	}}
}

// gatewayHosts are the site's own and, with a Front Door, the one that it
// connects to: it is named in the TLS handshake, while requests carry the
// site's. Each is there in two forms.
func gatewayHosts(site *v1alpha1.AthensSite) []string {
	names := []string{site.Spec.Host}
	if fd := site.Spec.Edge.FrontDoor; fd != nil && fd.OriginHost != "" {
		names = append(names, fd.OriginHost)
	}
	var hosts, claims []string
	for _, name := range names {
		// istiod reads "./" as the namespace of this object: a VirtualService
		// elsewhere cannot take the host over.
		hosts = append(hosts, "./"+name)
		// For the same reason istiod does not see that a Gateway of another
		// namespace has the host too. It would send both, and Envoy refuses a
		// listener with one server name twice: the port would be frozen for
		// every site on the gateway. A name without a namespace is compared: the
		// later Gateway is skipped, and the first goes on.
		claims = append(claims, name+v1alpha1.ClaimSuffix)
	}
	return append(hosts, claims...)
}

// gatewayRef names the Gateway that the site is bound to, in full.
func gatewayRef(site *v1alpha1.AthensSite) string {
	if ref := site.Spec.Gateway.Ref(); ref != nil {
		return ref.String()
	}
	return site.Namespace + "/" + site.Name
}
