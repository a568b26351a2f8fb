package runbook

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	corev1 "k8s.io/api/core/v1"

	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/internal/secrets"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

func number(n int32) string { return strconv.Itoa(int(n)) }

// Objects of the site, in the order in which a request meets them.
func (b *book) Objects() []generators.Object { return b.objects }

type port struct {
	What, Port, By string
}

// Ports that something listens on.
func (b *book) Ports() (out []port) {
	g := b.Site.Spec.Gateway.Workload()
	gateway := "pods of the cluster"
	if b.Meshed {
		gateway = "the gateway"
		out = append(out, port{"gateway, namespace " + quote.CodeSpan(g.Namespace), number(g.Port) + " (pods: " + number(g.TargetPort) + "), HTTPS", "go commands" + b.throughFrontDoor()})
	} else if i := b.ingress(); i != nil {
		gateway = "Ingress controller"
		out = append(out, port{"Ingress " + quote.CodeSpan(i.Name), "80, or 443 with a certificate", "go commands"})
	}
	toAthens := gateway
	if b.Lathens != nil {
		if !b.List {
			toAthens = "pods of the cluster"
		}
		toAthens += ", lathens"
	}
	if b.Crathens != nil {
		toAthens += ", crathens"
	}
	for _, s := range b.services() {
		what, targets, by := "Service "+quote.CodeSpan(s.Name), "", gateway
		switch s.Labels[nameLabel] {
		case generators.Athens:
			targets, by = b.Athens.Port(), toAthens
		case generators.Lathens:
			if b.Lathens != nil {
				targets = b.Lathens.Port()
			}
			if b.List {
				by += ", for lists"
			}
		default:
			if s.Spec.Type == corev1.ServiceTypeLoadBalancer {
				what, by = "load balancer, "+what, "go commands"
				if targets = b.Athens.Port(); b.Lathens != nil {
					targets = b.Lathens.Port()
				}
				break
			}
			what += ": lathens, and Athens when it is gone"
			targets, by = b.Athens.Port(), by+", for lists"
			if b.Lathens != nil {
				targets = b.Lathens.Port() + " or " + targets
			}
		}
		out = append(out, port{what, number(s.Spec.Ports[0].Port) + " → " + targets + ", HTTP", by})
	}
	if b.Meshed {
		out = append(out, port{"every sidecar", "15020: metrics, 15021: health", "Prometheus, the kubelet"})
	}
	return out
}

func (b *book) throughFrontDoor() string {
	if fd := b.Site.Spec.Edge.FrontDoor; fd != nil {
		return ", through the Front Door " + quote.CodeSpan(fd.ID) + " only"
	}
	return ""
}

type policy struct {
	Name, Who, Program, What string
}

// Policies say which callers reach which pods, one row for each rule.
func (b *book) Policies() (out []policy) {
	for _, p := range generators.OfType[*securityv1.AuthorizationPolicy](b.objects) {
		name, target := quote.CodeSpan(p.Namespace+"/"+p.Name), "every pod of the namespace"
		if s := p.Spec.GetSelector(); s != nil {
			target = quote.CodeSpan(gateways.Selector(s.GetMatchLabels()))
			if program := s.GetMatchLabels()["app.kubernetes.io/name"]; program != "" {
				target = quote.Markdown(program)
			}
		}
		for _, ref := range append(p.Spec.GetTargetRefs(), p.Spec.GetTargetRef()) {
			if ref != nil {
				target = quote.Markdown(ref.GetKind() + " " + ref.GetName())
			}
		}
		if len(p.Spec.GetRules()) == 0 {
			out = append(out, policy{name, "no caller", target, "nothing, unless a policy below allows it"})
		}
		for _, r := range p.Spec.GetRules() {
			who, what := []string{}, []string{}
			for _, from := range r.GetFrom() {
				who = append(who, said(from.GetSource(), "principals", map[string]string{"remoteIpBlocks": "from"}))
			}
			for _, to := range r.GetTo() {
				what = append(what, said(to.GetOperation(), "methods", map[string]string{"paths": "", "notPaths": "everything but", "ports": "to port", "hosts": "of"}))
			}
			for _, when := range r.GetWhen() {
				key := quote.CodeSpan(when.GetKey())
				for _, v := range when.GetValues() {
					what = append(what, "with "+key+" "+quote.CodeSpan(v))
				}
				for _, v := range when.GetNotValues() {
					what = append(what, "without "+key+" "+quote.CodeSpan(v))
				}
			}
			switch action := p.Spec.GetAction().String(); action {
			case "ALLOW":
			case "DENY":
				what = append([]string{"**denied**:"}, what...)
			default:
				what = append([]string{"**" + action + "**:"}, what...)
			}
			if len(who) == 0 {
				who = []string{"anyone"}
			}
			out = append(out, policy{name, strings.Join(who, ", "), target, strings.Join(what, " ")})
		}
	}
	return out
}

// said is everything that is set in a source or an operation of a rule: the values of
// one field, and those of the others, each behind the word for its field, or behind
// the field's name.
func said(m proto.Message, first string, words map[string]string) string {
	r := m.ProtoReflect()
	all := r.Descriptor().Fields()
	var head, rest []string
	for i := range all.Len() {
		f := all.Get(all.Len() - 1 - i) // paths come before ports and hosts
		if !f.IsList() || f.Kind() != protoreflect.StringKind {
			continue
		}
		word, known := words[f.JSONName()]
		if !known {
			word = f.JSONName()
		}
		var values []string
		for j := range r.Get(f).List().Len() {
			value := r.Get(f).List().Get(j).String()
			if first == "methods" && f.JSONName() == first {
				values = append(values, quote.Markdown(value))
			} else {
				values = append(values, quote.CodeSpan(value))
			}
		}
		switch {
		case len(values) == 0:
		case f.JSONName() == first:
			head = values
		case strings.HasPrefix(f.JSONName(), "not"):
			rest = append(rest, strings.TrimSpace(word+" "+strings.Join(values, " and ")))
		default:
			rest = append(rest, strings.TrimSpace(word+" "+problem.OrList(values)))
		}
	}
	return strings.TrimSpace(strings.Join(head, ", ") + " " + strings.Join(rest, " "))
}

// Egress explains the table of hosts.
func (b *book) Egress() string {
	switch {
	case b.Meshed && b.Site.Spec.Egress.Mode == v1alpha1.EgressListed:
		return "Athens reaches only these hosts (`spec.egress.mode: Listed`). No other program leaves the mesh."
	case b.Meshed:
		return "Athens reaches any host (`spec.egress.mode: Open`), because modules can be anywhere. It needs at least these. No other program leaves the mesh."
	}
	return "Athens needs at least these hosts. Without a mesh, only NetworkPolicies limit it."
}

// Endpoints that Athens needs.
func (b *book) Endpoints() []generators.Endpoint { return generators.Endpoints(b.Site) }

type secret struct {
	Namespace, Name, Keys, For string
}

// Secrets that must exist.
func (b *book) Secrets() (out []secret) {
	for _, s := range secrets.Of(b.Site) {
		keys := s.Keys()
		for i, k := range keys {
			keys[i] = quote.CodeSpan(k)
		}
		if s.Type == "docker-registry" {
			keys = []string{"`.dockerconfigjson`"}
		}
		if s.By != secrets.NoController {
			s.For += "; written by " + string(s.By)
		}
		out = append(out, secret{s.Namespace, s.Name, strings.Join(keys, ", "), s.For})
	}
	return out
}

type programRow struct {
	Name, Logs, Alive, Ready, Metrics string
}

// Programs of the site, with their logs and endpoints.
func (b *book) Programs() []programRow {
	row := func(program string, w *workload, ready, metrics string) programRow {
		if metrics == "" {
			metrics = "`/metrics` on " + w.Port()
			if b.Meshed {
				metrics += ", scraped on 15020"
			}
		}
		return programRow{program, b.logs(program) + " --tail=100", quote.CodeSpan(w.Alive()), quote.CodeSpan(w.Ready()) + ready, metrics}
	}
	metrics := ""
	if b.Site.Spec.Athens.BasicAuth != nil {
		metrics = "asks for the password, not scraped"
	}
	out := []programRow{row(generators.Athens, b.Athens, ", lists from the storage", metrics)}
	if b.Lathens != nil {
		out = append(out, row(generators.Lathens, b.Lathens, ", does not ask Athens", ""))
	}
	if b.Crathens != nil {
		out = append(out, programRow{generators.Crathens, b.logs(generators.Crathens) + " --tail=100", "-", "exit code 0, or 1 if a run gave up on something", "its last lines"})
	}
	return out
}

// Health are the commands that ask each program's readiness endpoint, past every
// policy.
func (b *book) Health() string {
	out := b.health(b.Athens, "a")
	if b.Lathens != nil {
		out += "\n" + b.health(b.Lathens, "l")
	}
	return out
}

func (b *book) health(w *workload, variable string) string {
	return b.tunnel("deployment/"+w.Name, w.Port(), w.Port(), variable, w.Alive()) +
		"\ncurl -sS -w ' %{http_code}\\n' http://localhost:" + w.Port() + w.Ready() + "\nkill $" + variable
}
