package prove

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// meshGateway names the sidecars among the gateways of a VirtualService.
const meshGateway = "mesh"

// inNamespace is a reference in full: a name alone is one of the namespace.
func inNamespace(name, namespace string) string {
	if strings.Contains(name, "/") {
		return name
	}
	return namespace + "/" + name
}

// served says whether the gateway's TLS listener knows a host. A Gateway that
// another owner made is taken at the site's word.
func (w *World) served(sni string) verdict {
	if len(w.onGateway()) == 0 && (len(w.gateways) == 0 || w.site.Spec.Gateway.Ref() != nil) {
		return truth(true)
	}
	var found []verdict
	for _, g := range w.onGateway() {
		for _, s := range g.Spec.GetServers() {
			if !slices.ContainsFunc(s.GetHosts(), func(h string) bool { return covers(serverHost(h), strings.ToLower(sni)) }) {
				continue
			}
			found = append(found, all(read(g, "", &g.Spec), w.terminates(g, s)))
		}
	}
	return all(some(found...), w.rivals(sni))
}

// terminates says whether a server of a Gateway takes HTTPS with a certificate
// of its own and asks for none.
func (w *World) terminates(g *networkingv1.Gateway, s *v1alpha3.Server) verdict {
	port, tls := s.GetPort(), s.GetTls()
	switch {
	case !strings.EqualFold(port.GetProtocol(), "HTTPS"), port.GetNumber() != uint32(w.site.Spec.Gateway.Workload().Port):
		return truth(false)
	case tls.GetMode() != v1alpha3.ServerTLSSettings_SIMPLE && tls.GetMode() != v1alpha3.ServerTLSSettings_OPTIONAL_MUTUAL, tls == nil:
		return unsure(uses(g, "servers.tls.mode: "+tls.GetMode().String()))
	// istiod refuses a Gateway without one.
	case tls.GetCredentialName() == "" && len(tls.GetCredentialNames()) == 0 && tls.GetServerCertificate() == "" && len(tls.GetTlsCertificates()) == 0:
		return truth(false)
	}
	return all(read(g, "servers", s), read(g, "servers.port", port), read(g, "servers.tls", tls))
}

// runsOn says whether a Gateway runs on the pods of the site's gateway.
func (w *World) runsOn(g *networkingv1.Gateway) verdict {
	l, some := w.gatewayLabels()
	return (&arrival{labels: l, gateway: some}).has(g, g.Spec.GetSelector())
}

// isGateway says whether a workload makes the pods of the site's gateway.
func (w *World) isGateway(d *workload) bool {
	at := w.site.Spec.Gateway.Workload()
	return d.isSelected(at.Namespace, at.Labels)
}

// beforeGateway says whether a Service is before the pods of the site's gateway.
func (w *World) beforeGateway(s *corev1.Service) bool {
	at := w.site.Spec.Gateway.Workload()
	return s.Namespace == at.Namespace && maps.Equal(s.Spec.Selector, at.Labels)
}

// gatewayLabels are the labels of the gateway's pods: all of them if the workload of these
// pods is among the objects, or else some, by which the site knows them.
func (w *World) gatewayLabels() (l map[string]string, some bool) {
	w.gatewayOnce.Do(func() {
		var found []*workload
		for _, d := range w.workloads {
			if w.isGateway(d) {
				found = append(found, d)
			}
		}
		if w.gatewayPods, w.gatewaySome = w.site.Spec.Gateway.Workload().Labels, len(found) != 1; !w.gatewaySome {
			w.gatewayPods = found[0].template.Labels
		}
	})
	return w.gatewayPods, w.gatewaySome
}

// rivals are other Gateways that take a handshake at the site's port in the place of the
// one that the site's routes are bound to, or share the port with it in another protocol.
// Of two with one host, istiod leaves the younger out.
func (w *World) rivals(sni string) verdict {
	var own []string
	for _, vs := range w.routes {
		if vs.Labels[generators.SiteLabel] == w.owner {
			for _, name := range vs.Spec.GetGateways() {
				own = append(own, inNamespace(name, vs.Namespace))
			}
		}
	}
	type server struct {
		of   *networkingv1.Gateway
		host string
	}
	best, others, out := "", []server{}, truth(true)
	for _, g := range w.onGateway() {
		for _, s := range g.Spec.GetServers() {
			isOwn := slices.Contains(own, g.Namespace+"/"+g.Name)
			protocol := strings.ToUpper(s.GetPort().GetProtocol())
			switch {
			case !w.sharesPort(s.GetPort().GetNumber()):
				continue
			case !isOwn && protocol != "HTTPS" && protocol != "TLS":
				out = all(out, unsure(uses(g, fmt.Sprintf("servers.port.protocol: %s at the port %d of the site", protocol, s.GetPort().GetNumber()))))
			}
			for _, h := range s.GetHosts() {
				switch h = serverHost(h); {
				case !covers(h, strings.ToLower(sni)):
				case !isOwn:
					others = append(others, server{g, h})
				case best == "" || closer(h, best):
					best = h
				}
			}
		}
	}
	for _, o := range others {
		if best != "" && (o.host == best || closer(o.host, best)) {
			out = all(out, unsure(uses(o.of, "servers.hosts: "+o.host+", whose handshakes may not come to the site's routes")))
		}
	}
	return out
}

// sharesPort says whether a Gateway's server at a port may listen where the site's does:
// istiod reads a port of the gateway's Service as the port of its pods, and another one as
// it is. Of a Service that is not among the objects, the pods listen as those of Istio's
// charts do.
func (w *World) sharesPort(number uint32) bool {
	at := w.site.Spec.Gateway.Workload()
	known := false
	for _, s := range w.services {
		if !w.beforeGateway(s) {
			continue
		}
		for _, p := range s.Spec.Ports {
			if p.Port != int32(at.Port) {
				continue
			}
			known = true
			if p.TargetPort.StrVal != "" || uint32(p.TargetPort.IntValue()) == number {
				return true
			}
		}
	}
	return number == uint32(at.Port) || !known && number == uint32(at.Port)+8000
}

// onGateway are the Gateways that run on the pods of the site's gateway.
func (w *World) onGateway() (out []*networkingv1.Gateway) {
	for _, g := range w.gateways {
		if w.runsOn(g).is {
			out = append(out, g)
		}
	}
	return out
}

// serverHost is a host of a Gateway's server without the namespace of the
// VirtualServices that may use it.
func serverHost(h string) string {
	if _, name, found := strings.Cut(h, "/"); found {
		h = name
	}
	return strings.ToLower(h)
}

// covers says whether a host of a Gateway or VirtualService, which may begin
// with *, is one for a name or for all names of another such host.
func covers(host, name string) bool {
	if suffix, wild := strings.CutPrefix(host, "*"); wild {
		return len(name) > len(suffix) && strings.HasSuffix(name, suffix) || host == name
	}
	return host == name
}

// hostsFor are the hosts that a VirtualService may use of a Gateway.
func (w *World) hostsFor(g *networkingv1.Gateway, vs *networkingv1.VirtualService) (out []string) {
	for _, s := range g.Spec.GetServers() {
		if !w.terminates(g, s).possible() {
			continue
		}
		for _, h := range s.GetHosts() {
			ns, _, found := strings.Cut(h, "/")
			if !found || ns == "*" || ns == vs.Namespace || ns == "." && vs.Namespace == g.Namespace {
				out = append(out, serverHost(h))
			}
		}
	}
	return out
}

// boundTo are the hosts that a VirtualService may have on the site's gateway,
// and by which name; nothing if it is not bound to it. A Gateway that is not
// among the objects and that the site does not name is not known to be one of
// its gateway.
func (w *World) boundTo(vs *networkingv1.VirtualService) (hosts []string, as string, known verdict) {
	known = truth(true)
	ref := w.site.Spec.Gateway.Ref()
	for _, name := range vs.Spec.GetGateways() {
		if name == meshGateway {
			continue
		}
		name = inNamespace(name, vs.Namespace)
		i := slices.IndexFunc(w.gateways, func(g *networkingv1.Gateway) bool { return g.Namespace+"/"+g.Name == name })
		switch {
		case i >= 0:
			if slices.Contains(w.onGateway(), w.gateways[i]) {
				hosts, as = append(hosts, w.hostsFor(w.gateways[i], vs)...), name
			}
		case ref != nil && ref.String() == name, ref == nil && len(w.gateways) == 0:
			hosts, as = append(hosts, "*"), name
		default:
			hosts, as, known = append(hosts, "*"), cmp.Or(as, name), unsure(uses(vs, "Gateway "+name+", which is not among the objects"))
		}
	}
	return hosts, as, known
}

// hostname is an authority in lower case, without its port.
func hostname(authority string) string {
	host := strings.ToLower(authority)
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// closer says whether Envoy prefers a host over another: names before
// wildcards, and the longest wildcard first.
func closer(a, b string) bool {
	if isWild(a) != isWild(b) {
		return isWild(b)
	}
	return len(a) > len(b)
}

func isWild(host string) bool { return host == "" || strings.HasPrefix(host, "*") }

// visible says whether exportTo of an object in a namespace shows it to another.
func visible(exportTo []string, own, to string) bool {
	return len(exportTo) == 0 || slices.ContainsFunc(exportTo, func(ns string) bool {
		return ns == "*" || ns == to || ns == "." && own == to
	})
}

// fqdn is a host as istiod reads it: one without a dot is a Service of the
// object's namespace.
func fqdn(host, namespace, domain string) string {
	if strings.Contains(host, ".") || host == "*" || net.ParseIP(host) != nil {
		return host
	}
	return host + "." + namespace + ".svc." + domain
}

// inMesh is the VirtualService for a host in the sidecar of a caller; nil for
// none. It does not merge: the oldest of the closest host is alone.
func (w *World) inMesh(c *call, host string) (found *networkingv1.VirtualService) {
	best := ""
	for _, vs := range w.routes {
		gateways := vs.Spec.GetGateways()
		if len(gateways) > 0 && !slices.Contains(gateways, meshGateway) || !visible(vs.Spec.GetExportTo(), vs.Namespace, c.from.namespace) {
			continue
		}
		for _, h := range vs.Spec.GetHosts() {
			h = strings.ToLower(fqdn(h, vs.Namespace, w.site.Spec.ClusterDomain))
			switch {
			case !covers(h, host):
			case found != nil && found != vs && h == best && !older(found, vs):
				c.doubt(unsure(title(found) + " and " + title(vs) + " both have the host " + h + ", and which is older is not known"))
			case closer(h, best):
				best, found = h, vs
			}
		}
	}
	return found
}
