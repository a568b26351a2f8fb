package prove

import (
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"istio.io/api/networking/v1alpha3"
	"istio.io/api/security/v1beta1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// Model is a World with everything decided that does not depend on the request,
// as data: the page of athens-kfn graph follows requests through it in a
// browser, in internal/graph/tracer.js. test/browser holds that against Ask.
type Model struct {
	// Host of the site, all of its hosts, and those of them for which the gateway
	// has a certificate.
	Host   string   `json:"host"`
	Hosts  []string `json:"hosts"`
	Served []string `json:"served"`
	// FrontDoor is its id; empty without one.
	FrontDoor string `json:"frontDoor"`
	// Callers that a request may have, with their identities.
	Callers []Caller `json:"callers"`
	// Gateway is the pods that requests from outside meet.
	Gateway Pod `json:"gateway"`
	// Routing is the gateway's, in the order in which it is tried.
	Routing []Routing `json:"routing"`
	// Services by the names that programs may ask for in To.
	Services []ServiceModel `json:"services"`
	// Unknown is what the objects use and the page does not follow: its answers
	// may then be wrong.
	Unknown []string `json:"unknown,omitempty"`
	// Tries and RetryOn of calls inside the mesh.
	Tries   int    `json:"tries"`
	RetryOn string `json:"retryOn"`
}

// Caller of a request.
type Caller struct {
	Name      string `json:"name"`
	Principal string `json:"principal"`
	// Outside says that it asks the gateway, Door that it comes through the Front
	// Door.
	Outside bool `json:"outside"`
	Door    bool `json:"door"`
}

// Pod is where policies are checked.
type Pod struct {
	Program  string        `json:"program"`
	Port     int           `json:"port"`
	Sidecar  bool          `json:"sidecar"`
	Strict   bool          `json:"strict"`
	Policies []PolicyModel `json:"policies"`
}

// PolicyModel is an AuthorizationPolicy for a pod.
type PolicyModel struct {
	Name  string      `json:"name"`
	Deny  bool        `json:"deny"`
	Rules []RuleModel `json:"rules"`
}

// RuleModel is one rule of it: From, To and When must all fit.
type RuleModel struct {
	From []SourceModel    `json:"from"`
	To   []OperationModel `json:"to"`
	When []ConditionModel `json:"when"`
}

// SourceModel is who a rule is about.
type SourceModel struct {
	Principals []string `json:"principals"`
	// Callers whose address and token the rule admits; null for all.
	Callers []string `json:"callers"`
}

// OperationModel is what a rule is about.
type OperationModel struct {
	Methods  []string `json:"methods"`
	Paths    []string `json:"paths"`
	Hosts    []string `json:"hosts"`
	Ports    []string `json:"ports"`
	NotPaths []string `json:"notPaths"`
}

// ConditionModel is one on a header.
type ConditionModel struct {
	Header    string   `json:"header"`
	Values    []string `json:"values"`
	NotValues []string `json:"notValues"`
}

// Routing is the routes for some hosts.
type Routing struct {
	Hosts  []string     `json:"hosts"`
	Routes []RouteModel `json:"routes"`
}

// RouteModel is a route, with the part of the answer that is the same for
// every request that it takes.
type RouteModel struct {
	Name    string       `json:"name"`
	Matches []MatchModel `json:"matches"`
	// Direct is the status that the gateway itself answers; 0 for none.
	Direct int `json:"direct"`
	// Host that it leads to.
	Host    string        `json:"host"`
	Timeout time.Duration `json:"timeout"`
	Tries   int           `json:"tries"`
	PerTry  time.Duration `json:"perTry"`
	RetryOn string        `json:"retryOn"`
	// Seamless is the answer's, where Host has a fallback.
	Seamless bool `json:"seamless"`
}

// MatchModel is one match of a route: all of it must fit.
type MatchModel struct {
	Conditions []StringModel `json:"conditions"`
}

// StringModel is a condition on a path (empty name) or a header.
type StringModel struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"` // exact, prefix, regex or present
	Value   string `json:"value"`
	Without bool   `json:"without"`
}

// ServiceModel is a Service with the pods behind it, best first.
type ServiceModel struct {
	To       string `json:"to"`
	Host     string `json:"host"`
	Pods     []Pod  `json:"pods"`
	Failover bool   `json:"failover"`
	Encrypts bool   `json:"encrypts"`
}

// Model of the site.
func (w *World) Model() Model {
	g := w.site.Spec.Gateway.Workload()
	at := &arrival{call: &call{world: w}, namespace: g.Namespace, labels: g.Labels, port: int(g.TargetPort), gateway: true}
	m := Model{
		Host:    w.site.Spec.Host,
		Hosts:   w.site.Spec.Hosts(),
		Served:  []string{},
		Gateway: Pod{Program: Gateway, Port: at.port, Policies: w.policies(at)},
		Tries:   meshTries, RetryOn: meshRetryOn,
		Unknown: w.notFollowed(),
	}
	for _, host := range m.Hosts {
		if w.served(host).possible() {
			m.Served = append(m.Served, host)
		}
	}
	if fd := w.site.Spec.Edge.FrontDoor; fd != nil {
		m.FrontDoor = fd.ID
	}
	for _, as := range w.Callers() {
		m.Callers = append(m.Callers, Caller{as, w.principal(as), outside(as), w.throughDoor(as)})
	}
	for _, vs := range w.routes {
		routing := Routing{Hosts: vs.Spec.GetHosts()}
		for _, r := range vs.Spec.GetHttp() {
			routing.Routes = append(routing.Routes, w.routeModel(vs, r))
		}
		m.Routing = append(m.Routing, routing)
	}
	for _, s := range w.services {
		if s.Labels[generators.SiteLabel] != w.owner || len(s.Spec.Ports) == 0 {
			continue
		}
		host := w.hostOf(s)
		policy, _, _ := w.policy(w.client(Gateway), destination{host: host}, &s.Spec.Ports[0])
		service := ServiceModel{
			To: w.To(s), Host: host,
			Encrypts: policy.GetTls() == nil || policy.GetTls().GetMode() == v1alpha3.ClientTLSSettings_ISTIO_MUTUAL,
		}
		behind, best := w.backends(s, policy, nil)
		service.Failover = best < len(behind) && policy.GetOutlierDetection() != nil
		for _, d := range behind {
			service.Pods = append(service.Pods, w.pod(d, &s.Spec.Ports[0]))
		}
		m.Services = append(m.Services, service)
	}
	return m
}

// notFollowed names what decides about requests and is not in the model.
func (w *World) notFollowed() (out []string) {
	out = slices.Concat(w.unread, w.Unknown())
	for _, g := range w.gateways {
		out = append(out, notFollowed(g, &g.Spec)...)
	}
	for _, vs := range w.routes {
		out = append(out, notFollowed(vs, &vs.Spec)...)
		for _, r := range vs.Spec.GetHttp() {
			if len(r.GetRoute()) > 1 {
				out = append(out, uses(vs, "http.route with several destinations"))
			}
		}
	}
	for _, d := range w.rules {
		out = append(out, notFollowed(d, &d.Spec)...)
	}
	for _, p := range w.peers {
		out = append(out, notFollowed(p, &p.Spec)...)
	}
	for _, p := range w.permissions {
		out = append(out, notFollowed(p, &p.Spec)...)
		if action := p.Spec.GetAction(); !w.asks(p) && action != v1beta1.AuthorizationPolicy_ALLOW && action != v1beta1.AuthorizationPolicy_DENY {
			out = append(out, uses(p, "action: "+action.String()))
		}
		for _, r := range p.Spec.GetRules() {
			for _, c := range r.GetWhen() {
				if !strings.HasPrefix(c.GetKey(), onHeader) && !strings.HasPrefix(c.GetKey(), "request.auth.") {
					out = append(out, uses(p, "when: "+c.GetKey()))
				}
			}
		}
	}
	for _, t := range w.tokens {
		out = append(out, notFollowed(t, &t.Spec)...)
	}
	for _, d := range w.workloads {
		for _, as := range w.Callers() {
			a := &arrival{call: w.calls(Request{As: as}), namespace: d.GetNamespace(), labels: d.template.Labels}
			if len(w.tokens) > 0 && !w.verify(a) {
				out = append(out, title(d.Object)+" refuses the token of "+as)
			}
		}
	}
	return distinct(out)
}

func (w *World) pod(d *workload, p *corev1.ServicePort) Pod {
	at := &arrival{call: &call{world: w}, namespace: d.GetNamespace(), labels: d.template.Labels, port: d.port(p)}
	mode, _ := w.mode(at)
	return Pod{
		Program: d.program(), Port: at.port, Sidecar: w.captured(d, at.port).possible(),
		Strict: mode == v1beta1.PeerAuthentication_MutualTLS_STRICT, Policies: w.policies(at),
	}
}

// policies that count for pods, those that deny first, as permit tries them.
func (w *World) policies(at *arrival) (out []PolicyModel) {
	for _, p := range w.permissions {
		if w.attached(p, at).possible() && !w.asks(p) {
			out = append(out, PolicyModel{p.Namespace + "/" + p.Name, p.Spec.GetAction() == v1beta1.AuthorizationPolicy_DENY, w.ruleModels(at, p)})
		}
	}
	slices.SortStableFunc(out, func(a, b PolicyModel) int { return rank(!a.Deny) - rank(!b.Deny) })
	return out
}

// ruleModels of a policy for a pod. What does not depend on the request, such as
// the caller's address and token, is decided here, for each caller.
func (w *World) ruleModels(at *arrival, p *securityv1.AuthorizationPolicy) (out []RuleModel) {
	for _, r := range p.Spec.GetRules() {
		var m RuleModel
		identity := &v1beta1.Rule{}
		for _, c := range r.GetWhen() {
			if strings.HasPrefix(c.GetKey(), "request.auth.") {
				identity.When = append(identity.When, c)
			}
		}
		for _, f := range r.GetFrom() {
			source := proto.Clone(f.GetSource()).(*v1beta1.Source)
			source.Principals = nil
			identity.From = nil
			if len(set(source)) > 0 {
				identity.From = []*v1beta1.Rule_From{{Source: source}}
			}
			m.From = append(m.From, SourceModel{f.GetSource().GetPrincipals(), w.admitted(at, p, identity)})
		}
		for _, t := range r.GetTo() {
			o := t.GetOperation()
			m.To = append(m.To, OperationModel{o.GetMethods(), o.GetPaths(), o.GetHosts(), o.GetPorts(), o.GetNotPaths()})
		}
		for _, c := range r.GetWhen() {
			if !strings.HasPrefix(c.GetKey(), onHeader) {
				continue
			}
			name := strings.TrimSuffix(strings.TrimPrefix(c.GetKey(), onHeader), "]")
			m.When = append(m.When, ConditionModel{name, c.GetValues(), c.GetNotValues()})
		}
		out = append(out, m)
	}
	return out
}

// admitted are the callers whose address and token a rule admits; nil for all.
func (w *World) admitted(at *arrival, p *securityv1.AuthorizationPolicy, identity *v1beta1.Rule) []string {
	out, callers := []string{}, w.Callers()
	for _, as := range callers {
		c := w.calls(Request{As: as, Headers: map[string]string{}})
		a := &arrival{call: c, namespace: at.namespace, labels: at.labels, port: at.port, gateway: at.gateway}
		if w.verify(a) && a.matches(p, identity).is {
			out = append(out, as)
		}
	}
	if len(out) == len(callers) {
		return nil
	}
	return out
}

func (w *World) routeModel(vs *networkingv1.VirtualService, r *v1alpha3.HTTPRoute) RouteModel {
	var a Answer
	a.take(r, r.GetName())
	m := RouteModel{Name: a.Route, Timeout: a.Timeout, Tries: a.Tries, PerTry: a.PerTry, RetryOn: a.RetryOn, Direct: int(r.GetDirectResponse().GetStatus())}
	if routes := r.GetRoute(); m.Direct == 0 && len(routes) > 0 {
		to := routes[0].GetDestination()
		m.Host = fqdn(to.GetHost(), vs.Namespace, w.site.Spec.ClusterDomain)
		m.Seamless = w.seamless(w.client(Gateway), destination{m.Host, to.GetSubset(), to.GetPort().GetNumber()}, r)
	}
	for _, match := range r.GetMatch() {
		var conditions []StringModel
		if match.GetUri().GetMatchType() != nil {
			conditions = append(conditions, stringModel("", match.GetUri(), false))
		}
		for _, name := range slices.Sorted(maps.Keys(match.GetHeaders())) {
			conditions = append(conditions, stringModel(name, match.GetHeaders()[name], false))
		}
		for _, name := range slices.Sorted(maps.Keys(match.GetWithoutHeaders())) {
			conditions = append(conditions, stringModel(name, match.GetWithoutHeaders()[name], true))
		}
		m.Matches = append(m.Matches, MatchModel{conditions})
	}
	return m
}

func stringModel(name string, m *v1alpha3.StringMatch, without bool) StringModel {
	out := StringModel{Name: name, Kind: "present", Without: without}
	switch m := m.GetMatchType().(type) {
	case *v1alpha3.StringMatch_Exact:
		out.Kind, out.Value = "exact", m.Exact
	case *v1alpha3.StringMatch_Prefix:
		out.Kind, out.Value = "prefix", m.Prefix
	case *v1alpha3.StringMatch_Regex:
		if !presence(&v1alpha3.StringMatch{MatchType: m}) {
			out.Kind, out.Value = "regex", m.Regex
		}
	}
	return out
}
