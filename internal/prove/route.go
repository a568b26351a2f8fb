package prove

import (
	"net"
	"regexp"
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
)

// served says whether the gateway's TLS listener knows a host. A Gateway that
// somebody else made is taken at the site's word.
func (w *World) served(sni string) bool {
	if len(w.gateways) == 0 {
		return true
	}
	return slices.ContainsFunc(w.gateways, func(g *networkingv1.Gateway) bool {
		return slices.ContainsFunc(g.Spec.Servers, func(s *v1alpha3.Server) bool {
			return slices.ContainsFunc(s.Hosts, func(h string) bool {
				_, name, _ := strings.Cut(h, "/")
				return name == strings.ToLower(sni)
			})
		})
	})
}

// route finds the route of the gateway that takes a request; nil for none.
func (w *World) route(r *Request) *v1alpha3.HTTPRoute {
	host := strings.ToLower(r.Host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	for _, vs := range w.routes {
		if !slices.Contains(vs.Spec.Hosts, host) {
			continue
		}
		for _, route := range vs.Spec.Http {
			if len(route.Match) == 0 || slices.ContainsFunc(route.Match, r.fits) {
				return route
			}
		}
	}
	return nil
}

// fits holds a request against one match of a route: all of it must fit.
func (r *Request) fits(m *v1alpha3.HTTPMatchRequest) bool {
	if m.Uri != nil && !matchString(m.Uri, r.bare()) {
		return false
	}
	for name, want := range m.Headers {
		if value, there := r.header(name); !there || !matchString(want, value) {
			return false
		}
	}
	for name, not := range m.WithoutHeaders {
		if value, there := r.header(name); there && matchString(not, value) {
			return false
		}
	}
	return true
}

// matchString is Envoy's: a regular expression covers the whole value.
func matchString(m *v1alpha3.StringMatch, value string) bool {
	switch m := m.MatchType.(type) {
	case *v1alpha3.StringMatch_Exact:
		return value == m.Exact
	case *v1alpha3.StringMatch_Prefix:
		return strings.HasPrefix(value, m.Prefix)
	case *v1alpha3.StringMatch_Regex:
		re, err := regexp.Compile(`\A(?:` + m.Regex + `)\z`)
		return err == nil && re.MatchString(value)
	}
	return false
}
