package graph

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	"istio.io/api/security/v1beta1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	k8snetworkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/span"
)

// entry is everything before the site's own Services: the client, Front Door,
// the gateway or Ingress.
func (b *builder) entry() {
	b.add(Node{ID: clientID, Kind: Client, Place: Outside, Title: "go command",
		Lines: []string{"GOPROXY=" + b.Title}})
	if fd := b.site.Spec.Edge.FrontDoor; fd != nil {
		b.add(Node{ID: edgeID, Kind: Edger, Place: Outside, Title: "Azure Front Door", Lines: []string{
			"adds X-Azure-FDID:",
			fd.ID,
			"waits " + span.Seconds(fd.OriginTimeout.Duration) + " for the site",
		}})
	}
	if generators.Meshed(b.site) {
		b.gateway()
		return
	}
	for _, s := range b.balancers() {
		b.add(Node{ID: ingressID, Kind: Ingress, Place: Outside, Title: s.Name, Lines: []string{"Service of type " + string(s.Spec.Type)}, Objects: b.objectsOf(ingressID)})
	}
	for _, in := range generators.OfType[*k8snetworkingv1.Ingress](b.objects) {
		n := Node{ID: ingressID, Kind: Ingress, Place: Outside, Title: in.Name, Objects: b.objectsOf(ingressID)}
		if class := in.Spec.IngressClassName; class != nil {
			n.Lines = append(n.Lines, "class "+*class)
		}
		for _, t := range in.Spec.TLS {
			n.Lines = append(n.Lines, "certificate in Secret "+t.SecretName)
		}
		for _, r := range in.Spec.Rules {
			for _, p := range paths(&r) {
				n.Lines = append(n.Lines, r.Host+", paths from "+p.Path)
			}
		}
		b.add(n)
	}
}

// gateway is the mesh's ingress gateway, with the site's routes.
func (b *builder) gateway() {
	g := b.site.Spec.Gateway.Workload()
	n := Node{
		ID: gatewayID, Kind: Gateway, Place: Outside, Title: g.Namespace + "/" + g.ServiceAccountName,
		Principal: generators.Principal(b.site, g.Namespace, g.ServiceAccountName),
		Objects:   b.objectsOf(gatewayID),
	}
	var pods []string
	for _, key := range slices.Sorted(maps.Keys(g.Labels)) {
		pods = append(pods, key+"="+g.Labels[key])
	}
	n.Lines = append(n.Lines, "pods "+strings.Join(pods, ", "))
	for _, o := range generators.OfType[*networkingv1.Gateway](b.objects) {
		for _, s := range o.Spec.GetServers() {
			if s.GetTls().GetHttpsRedirect() {
				n.Lines = append(n.Lines, fmt.Sprintf("%s on port %d, redirected to HTTPS", s.GetPort().GetProtocol(), s.GetPort().GetNumber()))
				continue
			}
			n.Lines = append(n.Lines, fmt.Sprintf("%s on port %d, certificate in Secret %s", s.GetPort().GetProtocol(), s.GetPort().GetNumber(), s.GetTls().GetCredentialName()))
		}
	}
	if ref := b.site.Spec.Gateway.Ref(); ref != nil {
		n.Lines = append(n.Lines, "ports and hosts of Gateway "+ref.String())
	}
	for _, p := range generators.OfType[*securityv1.AuthorizationPolicy](b.objects) {
		if b.box(p) == gatewayID && p.Spec.GetAction() == v1beta1.AuthorizationPolicy_DENY {
			n.Lines = append(n.Lines, refusal(p))
		}
	}
	if from := b.site.Spec.Gateway.CatalogRanges(); len(from) > 0 {
		n.Lines = append(n.Lines, "other regions may read the catalog, from "+strings.Join(from, ", "))
	}
	for _, c := range b.site.Spec.Gateway.Clients {
		line := "admits " + c.Name
		if len(c.CIDRs) > 0 {
			line += " from " + strings.Join(c.CIDRs, ", ")
		}
		if c.JWT != nil {
			line += " with a token of " + c.JWT.Issuer
		}
		n.Lines = append(n.Lines, line)
	}
	if x := b.site.Spec.Gateway.ExtAuthz; x != nil {
		n.Lines = append(n.Lines, "asks "+x.Provider+" about every request but /healthz")
	}
	for _, vs := range generators.OfType[*networkingv1.VirtualService](b.objects) {
		for _, r := range vs.Spec.GetHttp() {
			n.Routes = append(n.Routes, b.route(vs, r))
		}
	}
	b.add(n)
}

// refusal is what a policy of the gateway denies: requests past the Front Door, as
// it was made, or what else others wrote.
func refusal(p *securityv1.AuthorizationPolicy) string {
	var except []string
	for _, r := range p.Spec.GetRules() {
		for _, t := range r.GetTo() {
			except = append(except, t.GetOperation().GetNotPaths()...)
		}
	}
	if len(except) == 0 {
		return "refuses what AuthorizationPolicy " + p.Name + " denies"
	}
	return "refuses requests that bypass this Front Door, except " + strings.Join(except, " and ")
}

// paths of a rule of an Ingress, which may have none.
func paths(r *k8snetworkingv1.IngressRule) []k8snetworkingv1.HTTPIngressPath {
	if r.HTTP == nil {
		return nil
	}
	return r.HTTP.Paths
}

func (b *builder) route(vs *networkingv1.VirtualService, r *v1alpha3.HTTPRoute) Route {
	out := Route{Name: r.GetName(), Match: match(r), Timeout: "none", Tries: "1"}
	if d := r.GetDirectResponse(); d != nil {
		out.Timeout, out.Tries = "", ""
		out.To = fmt.Sprint(d.GetStatus())
		return out
	}
	if t := r.GetTimeout(); t != nil {
		out.Timeout = span.Seconds(t.AsDuration())
	}
	if re := r.GetRetries(); re != nil {
		out.Tries = fmt.Sprint(1 + re.GetAttempts())
		if t := re.GetPerTryTimeout(); t != nil {
			out.Tries += " × " + span.Seconds(t.AsDuration())
		}
	}
	to := r.GetRoute()
	if len(to) == 0 {
		out.To = "with a redirect or another VirtualService"
		return out
	}
	if len(to) > 1 {
		b.unknown("VirtualService %s/%s: route %s has several destinations, and the picture shows the first", vs.Namespace, vs.Name, r.GetName())
	}
	host := to[0].GetDestination().GetHost()
	name, rest, _ := strings.Cut(host, ".")
	if namespace, _, _ := strings.Cut(rest, "."); cmp.Or(namespace, vs.Namespace) != b.site.Namespace {
		name = host
	}
	out.To = serviceID(name)
	return out
}

// Answered says whether the gateway itself answers on a route.
func (r Route) Answered() bool { return !strings.HasPrefix(r.To, "service-") }

// match says which requests a route takes.
func match(r *v1alpha3.HTTPRoute) string {
	var out []string
	for _, m := range r.GetMatch() {
		if m.GetUri() != nil {
			out = append(out, pattern(m.GetUri()))
		}
		for _, name := range slices.Sorted(maps.Keys(m.GetHeaders())) {
			out = append(out, name+" "+pattern(m.GetHeaders()[name]))
		}
		for _, name := range slices.Sorted(maps.Keys(m.GetWithoutHeaders())) {
			out = append(out, name+" not "+pattern(m.GetWithoutHeaders()[name]))
		}
	}
	return cmp.Or(strings.Join(out, ", "), "everything else")
}

func pattern(m *v1alpha3.StringMatch) string {
	switch m := m.GetMatchType().(type) {
	case *v1alpha3.StringMatch_Prefix:
		return m.Prefix + "*"
	case *v1alpha3.StringMatch_Regex:
		return m.Regex
	}
	return m.GetExact()
}
