package graph

import (
	"cmp"
	"slices"
	"strings"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	k8snetworkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/generators"
)

func (b *builder) arrows() {
	b.waysIn()
	for _, s := range b.services() {
		b.toPods(s)
	}
	for _, s := range b.services() {
		b.fromPrograms(s)
	}
	b.waysOut()
}

// waysIn lead from a go command to the site's Services.
func (b *builder) waysIn() {
	at := clientID
	if b.Node(edgeID) != nil {
		b.arrow(Edge{From: at, To: edgeID, Label: []string{"HTTPS"}})
		at = edgeID
	}
	switch {
	case b.Node(gatewayID) != nil:
		label := []string{strings.ToUpper(b.scheme())}
		if at == edgeID {
			label = []string{"HTTPS with X-Azure-FDID"}
		}
		b.arrow(Edge{From: at, To: gatewayID, Label: label})
		for _, s := range b.services() {
			b.fromGateway(s)
		}
	case b.Node(ingressID) != nil:
		b.arrow(Edge{From: at, To: ingressID, Label: []string{strings.ToUpper(b.scheme())}})
		for _, s := range b.balancers() {
			for _, t := range b.behind(s) {
				b.arrow(Edge{From: ingressID, To: t.id, Label: []string{"all paths"}})
			}
		}
		for _, in := range generators.OfType[*k8snetworkingv1.Ingress](b.objects) {
			for _, r := range in.Spec.Rules {
				for _, p := range paths(&r) {
					to := "a resource"
					if p.Backend.Service != nil {
						to = serviceID(p.Backend.Service.Name)
					}
					b.arrow(Edge{From: ingressID, To: to, Label: []string{"paths from " + p.Path}})
				}
			}
		}
	default:
		b.arrow(Edge{From: at, To: b.front(), Label: []string{"the site has no Ingress:", "route requests yourself"}})
	}
}

// front is the Service that clients are meant to ask: the first one, since
// objects come in the order in which a request meets them.
func (b *builder) front() string {
	for i := range b.Nodes {
		if b.Nodes[i].Kind == Service {
			return b.Nodes[i].ID
		}
	}
	return serviceID(generators.Athens)
}

// fromGateway lead to a Service for the routes that name it.
func (b *builder) fromGateway(s *corev1.Service) {
	gateway := b.Node(gatewayID)
	var routes []string
	for _, r := range gateway.Routes {
		if r.To == serviceID(s.Name) {
			routes = append(routes, r.Name)
		}
	}
	if len(routes) == 0 {
		return
	}
	b.call(gatewayID, gateway.Principal, s, []string{"routes " + strings.Join(routes, ", ")})
}

// fromPrograms lead from the programs that are told a Service's address.
func (b *builder) fromPrograms(s *corev1.Service) {
	for _, t := range b.templates() {
		if !t.asks(s) {
			continue
		}
		b.call(t.id, b.principal(&t), s, operations(b.allowances(b.principal(&t), b.behind(s))))
	}
}

// call is a request to a Service: with mTLS where the mesh gives it, by the
// policies that allow it.
func (b *builder) call(from, principal string, s *corev1.Service, label []string) {
	e := Edge{From: from, To: serviceID(s.Name), Label: label}
	if b.encrypts(s) {
		e.Principal = principal
		e.Policies = policies(b.allowances(principal, b.behind(s)))
	} else {
		e.Label = append([]string{"HTTP"}, label...)
	}
	b.arrow(e)
}

// encrypts asks prove whether callers in the mesh reach a Service with their
// identity.
func (b *builder) encrypts(s *corev1.Service) bool {
	if !generators.Meshed(b.site) {
		return false
	}
	to := b.world.To(s)
	return slices.ContainsFunc(b.rows, func(r prove.Row) bool {
		return r.Answer.MTLS && (cmp.Or(r.To, generators.Athens) == to && r.As != prove.Client && r.As != prove.Internet ||
			r.As == prove.Client && b.leads(r.Answer.Route, s))
	})
}

// leads says whether a route of the gateway leads to a Service.
func (b *builder) leads(route string, s *corev1.Service) bool {
	return slices.ContainsFunc(b.Node(gatewayID).Routes, func(r Route) bool {
		return r.Name == route && r.To == serviceID(s.Name)
	})
}

// operations are what rules allow: methods, and then paths.
func operations(allowed []allowance) (out []string) {
	for _, a := range allowed {
		out = append(out, strings.Join(a.methods, ", "))
		out = append(out, a.paths...)
	}
	return out
}

// toPods lead from a Service to the pods that it picks, best first. prove says
// which programs are asked only when those before them are gone.
func (b *builder) toPods(s *corev1.Service) {
	answers, fallback := b.order(s)
	for _, t := range b.behind(s) {
		e := Edge{From: serviceID(s.Name), To: t.id}
		if t.id == fallback {
			e.Fallback = true
			e.Label = []string{"if all pods of " + answers + " are down"}
		}
		b.arrow(e)
	}
}

// order is who answers at a Service, and who does when all those are gone.
func (b *builder) order(s *corev1.Service) (answers, fallback string) {
	if !generators.Meshed(b.site) {
		return "", ""
	}
	for _, r := range b.rows {
		if r.As == prove.Client && b.leads(r.Answer.Route, s) {
			return r.Answer.By, r.Answer.Fallback
		}
	}
	return "", ""
}

// waysOut lead from Athens to what it needs.
func (b *builder) waysOut() {
	athens := ""
	for _, d := range generators.OfType[*appsv1.Deployment](b.objects) {
		if b.box(d) == generators.Athens {
			athens = b.box(d)
		}
	}
	if b.Node(volumeID) != nil {
		b.arrow(Edge{From: athens, To: volumeID, Label: []string{"modules"}})
	}
	for _, r := range generators.Reaches(b.site) {
		if b.Node("to-"+r.Purpose) == nil {
			continue
		}
		proxied := ways(r.Proxied)
		if r.Purpose == generators.ForUpstream && len(r.Endpoints)+len(r.Proxied) == 0 { // direct
			if r.Endpoints = []generators.Endpoint{{Port: 443, Protocol: generators.TLS}}; b.site.Spec.Egress.Proxy != nil {
				r.Endpoints, proxied = nil, ways(r.Endpoints)
			}
		}
		if len(r.Endpoints) > 0 {
			b.arrow(Edge{From: athens, To: "to-" + r.Purpose, Label: ways(r.Endpoints)})
		}
		if len(proxied) > 0 {
			b.arrow(Edge{From: "to-" + generators.ForProxy, To: "to-" + r.Purpose, Label: proxied})
		}
	}
}

// egress says what may leave the site.
func (b *builder) egress() string {
	if !generators.Meshed(b.site) {
		return ""
	}
	mode := "Athens can reach any host"
	for _, s := range generators.OfType[*networkingv1.Sidecar](b.objects) {
		if b.box(s) == generators.Athens && s.Spec.GetOutboundTrafficPolicy().GetMode().String() == "REGISTRY_ONLY" {
			mode = "Athens can reach only these hosts"
		}
	}
	return mode
}
