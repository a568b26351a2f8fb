package runbook

import (
	"fmt"
	"strconv"
	"strings"

	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/internal/secrets"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/generators"
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
	gateway := "Ingress controller"
	switch {
	case b.Meshed:
		gateway = "the gateway"
		out = append(out, port{"gateway, namespace " + quote.CodeSpan(g.Namespace), number(g.Port) + " (pods: " + number(g.TargetPort) + "), HTTPS", "go commands" + b.throughFrontDoor()})
	case b.Site.Spec.Gateway.Ingress != nil:
		out = append(out, port{"Ingress " + quote.CodeSpan(b.Site.Name+"-ingress"), "80, or 443 with a certificate", "go commands"})
	default:
		gateway = "pods of the cluster"
	}
	toAthens := gateway
	if b.Lathens {
		by := gateway
		if b.List {
			by += ", for lists"
			out = append(out, port{"Service " + quote.CodeSpan(generators.Name(b.Site, generators.List)) + ": lathens, and Athens when it is gone", "80 → " + strconv.Itoa(generators.LathensPort) + " or " + strconv.Itoa(generators.AthensPort) + ", HTTP", by})
		} else {
			toAthens = "pods of the cluster"
		}
		out = append(out, port{"Service " + quote.CodeSpan(generators.Name(b.Site, generators.Lathens)), "80 → " + strconv.Itoa(generators.LathensPort) + ", HTTP", by})
		toAthens += ", lathens"
	}
	if b.Crathens {
		toAthens += ", crathens"
	}
	out = append(out, port{"Service " + quote.CodeSpan(generators.Name(b.Site, generators.Athens)), "80 → " + strconv.Itoa(generators.AthensPort) + ", HTTP", toAthens})
	if b.Meshed {
		out = append(out, port{"every sidecar", "15020: metrics, 15021: health", "Prometheus, the kubelet"})
	}
	return out
}

func (b *book) throughFrontDoor() string {
	if fd := b.Site.Spec.Edge.FrontDoor; fd != nil {
		return ", through the Front Door " + quote.CodeSpan(fd.ID) + " alone"
	}
	return ""
}

type policy struct {
	Name, Who, Whom, What string
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
		if len(p.Spec.GetRules()) == 0 {
			out = append(out, policy{name, "nobody", target, "nothing, unless a policy below allows it"})
		}
		for _, r := range p.Spec.GetRules() {
			who, what := []string{}, []string{}
			for _, from := range r.GetFrom() {
				for _, principal := range from.GetSource().GetPrincipals() {
					who = append(who, quote.CodeSpan(principal))
				}
			}
			for _, to := range r.GetTo() {
				operation := to.GetOperation()
				text := strings.Join(operation.GetMethods(), ", ")
				for _, path := range operation.GetPaths() {
					text += " " + quote.CodeSpan(path)
				}
				for _, path := range operation.GetNotPaths() {
					text += " everything but " + quote.CodeSpan(path)
				}
				for _, host := range operation.GetHosts() {
					text += " of " + quote.CodeSpan(host)
				}
				what = append(what, strings.TrimSpace(text))
			}
			for _, when := range r.GetWhen() {
				for _, v := range when.GetValues() {
					what = append(what, "with "+when.GetKey()+" "+quote.CodeSpan(v))
				}
				for _, v := range when.GetNotValues() {
					what = append(what, "without "+when.GetKey()+" "+quote.CodeSpan(v))
				}
			}
			if p.Spec.GetAction().String() == "DENY" {
				what = append([]string{"**denied**:"}, what...)
			}
			if len(who) == 0 {
				who = []string{"anyone"}
			}
			out = append(out, policy{name, strings.Join(who, ", "), target, strings.Join(what, " ")})
		}
	}
	return out
}

// Egress says what the hosts below mean.
func (b *book) Egress() string {
	switch {
	case b.Meshed && b.Site.Spec.Egress.Mode == v1alpha1.EgressListed:
		return "These hosts and no others (`spec.egress.mode: Listed`). Nothing but Athens leaves the mesh."
	case b.Meshed:
		return "Any host (`spec.egress.mode: Open`): modules come from wherever they live. It needs at least these. Nothing but Athens leaves the mesh."
	}
	return "It needs at least these. Without a mesh only NetworkPolicies hold it back."
}

// Endpoints that Athens needs.
func (b *book) Endpoints() []generators.Endpoint { return generators.Endpoints(b.Site) }

type secret struct {
	Namespace, Name, Keys, For string
}

// Secrets that must be there.
func (b *book) Secrets() (out []secret) {
	for _, s := range secrets.Of(b.Site) {
		keys := s.Keys()
		for i, k := range keys {
			keys[i] = quote.CodeSpan(k)
		}
		if s.Type == "docker-registry" {
			keys = []string{"`.dockerconfigjson`"}
		}
		if s.By != secrets.Nobody {
			s.For += "; made by " + string(s.By)
		}
		out = append(out, secret{s.Namespace, s.Name, strings.Join(keys, ", "), s.For})
	}
	return out
}

type programRow struct {
	Name, Logs, Alive, Ready, Metrics string
}

// Programs of the site, with where they speak.
func (b *book) Programs() []programRow {
	metrics := func(port int) string {
		if b.Meshed {
			return "`/metrics` on " + strconv.Itoa(port) + ", scraped on 15020"
		}
		return fmt.Sprintf("`/metrics` on %d", port)
	}
	athens := metrics(generators.AthensPort)
	if b.Site.Spec.Athens.BasicAuth != nil {
		athens = "asks for the password, not scraped"
	}
	out := []programRow{{generators.Athens, b.logs(generators.Athens) + " --tail=100", "`/healthz`", "`/readyz`, lists from the storage", athens}}
	if b.Lathens {
		out = append(out, programRow{generators.Lathens, b.logs(generators.Lathens) + " --tail=100", "`/healthz`", "`/readyz`, not asked of Athens", metrics(generators.LathensPort)})
	}
	if b.Crathens {
		out = append(out, programRow{generators.Crathens, b.logs(generators.Crathens) + " --tail=100", "-", "exit code 0, or 1 if something was given up", "its last lines"})
	}
	return out
}
