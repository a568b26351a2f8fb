package prove

import (
	"fmt"
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
)

// isPlain says whether a server of a Gateway speaks plain HTTP.
func isPlain(s *v1alpha3.Server) bool {
	return slices.Contains([]string{"HTTP", "HTTP2", "GRPC"}, strings.ToUpper(s.GetPort().GetProtocol()))
}

// overPlainHTTP is the way of a request to the gateway's port for plain HTTP. How
// a route answers there is not followed: no site means it.
func (w *World) overPlainHTTP(c *call) {
	if ref := w.site.Spec.Gateway.Ref(); ref != nil && len(w.onGateway()) == 0 {
		c.doubt(unsure("the Gateway " + ref.String() + ", which is not among the objects, may open a port for plain HTTP"))
	}
	c.end(0, Gateway, "no Gateway serves %s over plain HTTP", c.Host)
	for _, g := range w.onGateway() {
		for _, s := range g.Spec.GetServers() {
			if !isPlain(s) || !slices.ContainsFunc(s.GetHosts(), func(h string) bool { return w.onPlain(c, g, serverHost(h)) && c.covered(serverHost(h)) }) {
				continue
			}
			// istiod takes a number that the Service does not have for the pods' own.
			if n := s.GetPort().GetNumber(); n != PlainPort {
				if w.routed(g, c) {
					c.doubt(unsure(uses(g, fmt.Sprintf("servers.port.number: %d for plain HTTP, which may be the pods' port behind %d", n, PlainPort))))
				}
				continue
			}
			c.doubt(all(read(g, "servers", s), read(g, "servers.port", s.GetPort()), read(g, "servers.tls", s.GetTls())))
			switch {
			case s.GetTls().GetHttpsRedirect():
				c.end(301, Gateway, "%s redirects plain HTTP to https://%s", title(g), c.Host)
			case w.routed(g, c):
				c.end(200, Gateway, "%s serves %s over plain HTTP", title(g), c.Host)
				return
			case c.Status == 0:
				c.end(404, Gateway, "%s has no route for host %s", title(g), c.Host)
			}
		}
	}
}

// onPlain says whether a host of a Gateway's server for plain HTTP is one of the site,
// or has a route to it. Requests that represent others are not told more.
func (w *World) onPlain(c *call, g *networkingv1.Gateway, host string) bool {
	meets := func(name string) bool {
		name = strings.ToLower(name)
		return covers(host, name) || covers(name, host)
	}
	return c.trace == nil || slices.ContainsFunc(w.site.Spec.Hosts(), meets) || slices.ContainsFunc(w.routes, func(vs *networkingv1.VirtualService) bool {
		return isBound(vs, g) && slices.ContainsFunc(vs.Spec.GetHosts(), meets) && w.concerns(vs)
	})
}

func isBound(vs *networkingv1.VirtualService, g *networkingv1.Gateway) bool {
	return slices.ContainsFunc(vs.Spec.GetGateways(), func(name string) bool { return inNamespace(name, vs.Namespace) == g.Namespace+"/"+g.Name })
}

// routed says whether a VirtualService for the host of a request is bound to a Gateway.
// Of requests that represent others, one that does not concern the site counts for its
// hosts only.
func (w *World) routed(g *networkingv1.Gateway, c *call) bool {
	return slices.ContainsFunc(w.routes, func(vs *networkingv1.VirtualService) bool {
		if !isBound(vs, g) {
			return false
		}
		hosts := vs.Spec.GetHosts()
		if c.trace != nil && !w.concerns(vs) {
			hosts = slices.DeleteFunc(slices.Clone(w.site.Spec.Hosts()), func(own string) bool {
				return !slices.ContainsFunc(hosts, func(h string) bool { return covers(strings.ToLower(h), strings.ToLower(own)) })
			})
		}
		return slices.ContainsFunc(hosts, func(h string) bool { return c.covered(strings.ToLower(h)) })
	})
}
