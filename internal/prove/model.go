package prove

import (
	"maps"
	"slices"
	"strings"
	"time"

	"istio.io/api/networking/v1alpha3"
	"istio.io/api/security/v1beta1"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// Model is a World with everything decided that does not depend on the request,
// as data: the page of athens-kfn graph follows requests through it in a
// browser, in internal/graph/tracer.js. test/browser holds that against Ask.
type Model struct {
	// Host of the site, and whether the gateway has a certificate for it.
	Host   string `json:"host"`
	Served bool   `json:"served"`
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
	// Tries and RetryOn of calls inside the mesh.
	Tries   int    `json:"tries"`
	RetryOn string `json:"retryOn"`
}

// Caller of a request.
type Caller struct {
	Name      string `json:"name"`
	Principal string `json:"principal"`
	// Outside says that it asks the gateway, Region that the gateway knows it
	// as another region.
	Outside bool `json:"outside"`
	Region  bool `json:"region"`
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
	// Region says that only other regions are meant.
	Region bool `json:"region"`
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
	Kind    string `json:"kind"` // exact, prefix or regex
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
	m := Model{
		Host:    w.site.Spec.Host,
		Served:  w.served(w.site.Spec.Host),
		Gateway: Pod{Program: Gateway, Port: int(g.TargetPort), Policies: w.policies(g.Namespace, g.Labels)},
		Tries:   meshTries, RetryOn: meshRetryOn,
	}
	if fd := w.site.Spec.Edge.FrontDoor; fd != nil {
		m.FrontDoor = fd.ID
	}
	for _, as := range Callers() {
		m.Callers = append(m.Callers, Caller{as, w.principal(as), outside(as), as == Region})
	}
	for _, vs := range w.routes {
		routing := Routing{Hosts: vs.Spec.Hosts}
		for _, r := range vs.Spec.Http {
			routing.Routes = append(routing.Routes, w.routeModel(r))
		}
		m.Routing = append(m.Routing, routing)
	}
	for _, s := range w.services {
		host := generators.Host(w.site, strings.TrimPrefix(s.Name, w.site.Name+"-"))
		service := ServiceModel{
			To: strings.TrimPrefix(s.Name, w.site.Name+"-"), Host: host,
			Failover: w.policy(host).GetOutlierDetection() != nil, Encrypts: w.encrypts(host),
		}
		for _, d := range w.backends(host) {
			service.Pods = append(service.Pods, w.pod(d))
		}
		m.Services = append(m.Services, service)
	}
	return m
}

func (w *World) pod(d *appsv1.Deployment) Pod {
	return Pod{
		Program: program(d), Port: port(d), Sidecar: sidecar(d), Strict: w.strict(d.Namespace),
		Policies: w.policies(d.Namespace, d.Spec.Template.Labels),
	}
}

// policies that count for pods, those that deny first, as permit tries them.
func (w *World) policies(namespace string, pod map[string]string) (out []PolicyModel) {
	for _, p := range w.permissions {
		if p.Namespace == namespace && labels.SelectorFromSet(p.Spec.GetSelector().GetMatchLabels()).Matches(labels.Set(pod)) {
			out = append(out, PolicyModel{p.Namespace + "/" + p.Name, p.Spec.Action == v1beta1.AuthorizationPolicy_DENY, ruleModels(p.Spec.Rules)})
		}
	}
	slices.SortStableFunc(out, func(a, b PolicyModel) int { return rank(a) - rank(b) })
	return out
}

func rank(p PolicyModel) int {
	if p.Deny {
		return 0
	}
	return 1
}

func ruleModels(rules []*v1beta1.Rule) (out []RuleModel) {
	for _, r := range rules {
		var m RuleModel
		for _, f := range r.From {
			m.From = append(m.From, SourceModel{f.Source.Principals, len(f.Source.RemoteIpBlocks) > 0})
		}
		for _, t := range r.To {
			o := t.Operation
			m.To = append(m.To, OperationModel{o.Methods, o.Paths, o.Hosts, o.Ports, o.NotPaths})
		}
		for _, c := range r.When {
			name := strings.TrimSuffix(strings.TrimPrefix(c.Key, "request.headers["), "]")
			m.When = append(m.When, ConditionModel{name, c.Values, c.NotValues})
		}
		out = append(out, m)
	}
	return out
}

func (w *World) routeModel(r *v1alpha3.HTTPRoute) RouteModel {
	var a Answer
	a.take(r)
	m := RouteModel{Name: r.Name, Timeout: a.Timeout, Tries: a.Tries, PerTry: a.PerTry, RetryOn: a.RetryOn}
	if direct := r.DirectResponse; direct != nil {
		m.Direct = int(direct.Status)
	} else {
		m.Host, m.Seamless = r.Route[0].Destination.Host, w.seamless(r)
	}
	for _, match := range r.Match {
		var conditions []StringModel
		if match.Uri != nil {
			conditions = append(conditions, stringModel("", match.Uri, false))
		}
		for _, name := range slices.Sorted(maps.Keys(match.Headers)) {
			conditions = append(conditions, stringModel(name, match.Headers[name], false))
		}
		for _, name := range slices.Sorted(maps.Keys(match.WithoutHeaders)) {
			conditions = append(conditions, stringModel(name, match.WithoutHeaders[name], true))
		}
		m.Matches = append(m.Matches, MatchModel{conditions})
	}
	return m
}

func stringModel(name string, m *v1alpha3.StringMatch, without bool) StringModel {
	out := StringModel{Name: name, Without: without}
	switch m := m.MatchType.(type) {
	case *v1alpha3.StringMatch_Exact:
		out.Kind, out.Value = "exact", m.Exact
	case *v1alpha3.StringMatch_Prefix:
		out.Kind, out.Value = "prefix", m.Prefix
	case *v1alpha3.StringMatch_Regex:
		out.Kind, out.Value = "regex", m.Regex
	}
	return out
}
