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
			Servers:  append(servers(site), plainServers(site)...),
		},
	}}
}

// servers of HTTPS, one for each certificate.
func servers(site *v1alpha1.AthensSite) (out []*v1alpha3.Server) {
	for _, c := range generators.ServedCertificates(site) {
		out = append(out, &v1alpha3.Server{
			Port: &v1alpha3.Port{
				Number:   uint32(site.Spec.Gateway.Workload().Port),
				Name:     "https-" + c.Key,
				Protocol: "HTTPS",
			},
			Hosts: gatewayHosts(c.Hosts),
			Tls: &v1alpha3.ServerTLSSettings{
				Mode:               v1alpha3.ServerTLSSettings_SIMPLE,
				CredentialName:     c.Secret.Name,
				MinProtocolVersion: v1alpha3.ServerTLSSettings_TLSV1_2,
			},
		})
	}
	return out
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
		Hosts: own(site.Spec.Hosts()),
		Tls:   &v1alpha3.ServerTLSSettings{HttpsRedirect: true},
	}}
}

// own are hosts as those of VirtualServices of this object's namespace, which
// istiod reads from "./": one elsewhere cannot take them over.
func own(names []string) (out []string) {
	for _, name := range names {
		out = append(out, "./"+name)
	}
	return out
}

// gatewayHosts are hosts of a server, each in two forms.
func gatewayHosts(names []string) []string {
	var claims []string
	for _, name := range names {
		// Because of "./" istiod does not see either that a Gateway of another
		// namespace has the host too. It would send both, and Envoy refuses a
		// listener with one server name twice: the port would be frozen for
		// every site on the gateway. A name without a namespace is compared: the
		// later Gateway is skipped, and the first goes on.
		claims = append(claims, name+v1alpha1.ClaimSuffix)
	}
	return append(own(names), claims...)
}

// gatewayRef names the Gateway that the site is bound to, in full.
func gatewayRef(site *v1alpha1.AthensSite) string {
	if ref := site.Spec.Gateway.Ref(); ref != nil {
		return ref.String()
	}
	return site.Namespace + "/" + site.Name
}
