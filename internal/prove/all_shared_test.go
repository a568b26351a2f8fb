package prove

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/envoypath"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// sharedGateway is a Gateway for a domain, on the pods of the gateway of
// examples/production.
const sharedGateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shared, namespace: istio-system}
spec:
  selector: {istio: %q}
  servers:
  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: ["*.example.com"], tls: {mode: SIMPLE, credentialName: wildcard}}
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*.example.com"], tls: {httpsRedirect: true}}
`

// team is what another team has at a shared gateway.
const team = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: team-%[1]d}
spec:
  hosts: [shop-%[1]d.example.com]
  gateways: [istio-system/shared]
  http:
  - match: [{uri: {prefix: /api%[1]d/}}]
    rewrite: {uri: /}
    route: [{destination: {host: api.team-%[1]d.svc.cluster.local}}]
  - match: [{uri: {exact: /login%[1]d}, method: {exact: POST}}]
    route: [{destination: {host: login}}]
  - match: [{headers: {x-team-%[1]d: {exact: v2}}}]
    route: [{destination: {host: web, subset: v2}}]
  - route: [{destination: {host: web}}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: team-%[1]d}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: team-%[1]d}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web, app.kubernetes.io/name: athens}}, spec: {containers: [{name: web, image: web}]}}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: web, namespace: team-%[1]d}
spec: {rules: [{to: [{operation: {methods: [GET, POST]}}]}]}
`

// shared are the objects of examples/production with those of other teams.
func shared(t *testing.T, teams int, more ...string) []generators.Object {
	t.Helper()
	s := example(t, "production")
	texts := []string{fmt.Sprintf(sharedGateway, s.Spec.Gateway.Workload().Labels["istio"])}
	for i := range teams {
		texts = append(texts, fmt.Sprintf(team, i))
	}
	return append(site.Objects(s), decode(t, strings.Join(append(texts, more...), "\n---\n"))...)
}

func verdicts(r Report) (out []string) {
	for _, p := range r.Promises {
		if p.Verdict != Proven {
			out = append(out, p.Name+" "+string(p.Verdict))
		}
	}
	return out
}

// What other teams have at the same gateway breaks no promise, and costs next to
// nothing.
func TestAll_OtherTeamsAtTheGatewayBreakNothing(t *testing.T) {
	s := example(t, "production")
	alone := New(s).All(true).Questions
	for name, more := range map[string]string{
		"":                 "",
		"a wildcard":       virtualService("any", "hosts: ['*.example.com'], gateways: [istio-system/shared], http: [{route: [{destination: {host: web}}]}]"),
		"an unknown":       virtualService("any", "hosts: ['*'], gateways: [elsewhere/other], http: [{match: [{uri: {prefix: /x}}], route: [{destination: {host: web}}]}]"),
		"a Service":        virtualService("any", "hosts: [other.example.com], gateways: [istio-system/shared], http: [{route: [{destination: {host: not-here.elsewhere.svc.cluster.local}}]}]"),
		"a hidden route":   virtualService("any", "hosts: ['goproxy.example.com'], exportTo: ['.'], gateways: [istio-system/shared], http: [{route: [{destination: {host: web}}]}]"),
		"a policy":         policyAt(s.Spec.Gateway.Workload().Namespace, "action: DENY, rules: [{to: [{operation: {hosts: [shop-1.example.com], paths: [/admin*]}}]}]"),
		"a name of others": policyAt("team-1", "action: DENY, rules: [{}]"),
	} {
		t.Run(name, func(t *testing.T) {
			var added []string
			if more != "" {
				added = []string{more}
			}
			teams := 300
			if more != "" {
				teams = 5
			}
			r := Of(s, shared(t, teams, added...)).All(true)
			if broken := verdicts(r); len(broken) > 0 {
				t.Errorf("%v: %+v", broken, r.Promises)
			}
			if r.Questions > 2*alone {
				t.Errorf("%d questions, without other teams %d", r.Questions, alone)
			}
		})
	}
}

func virtualService(name, spec string) string {
	return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: " + name + ", namespace: elsewhere}\nspec: {" + spec + "}\n"
}

func policyAt(namespace, spec string) string {
	return "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: " + namespace + "}\nspec: {" + spec + "}\n"
}

// What leads into the site, or takes its requests, breaks a promise, with what shows
// it.
func TestAll_OtherTeamsAtTheGatewayBreak(t *testing.T) {
	s := example(t, "production")
	const athens = "[{destination: {host: goproxy-athens.goproxy.svc.cluster.local}}]"
	for name, c := range map[string]struct{ more, promise, shows string }{
		"a route to Athens":          {virtualService("any", "hosts: [other.example.com], gateways: [istio-system/shared], http: [{match: [{uri: {prefix: /x}}], route: [{destination: {host: web}}]}, {route: "+athens+"}]"), "as-rendered", "other.example.com"},
		"a wildcard to Athens":       {virtualService("any", "hosts: ['*.example.com'], gateways: [istio-system/shared], http: [{route: "+athens+"}]"), "as-rendered", ".example.com"},
		"a delegate to Athens":       {virtualService("any", "hosts: [other.example.com], gateways: [istio-system/shared], http: [{delegate: {name: b}}]") + "---\n" + virtualService("b", "http: [{route: "+athens+"}]"), "as-rendered", "other.example.com"},
		"another Service of Athens":  {virtualService("any", "hosts: [other.example.com], gateways: [istio-system/shared], http: [{route: [{destination: {host: a.goproxy.svc.cluster.local}}]}]") + "---\napiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: goproxy}\nspec: {selector: {app.kubernetes.io/name: athens}, ports: [{name: http, port: 80, targetPort: 3000}]}\n", "as-rendered", "other.example.com"},
		"a route at the site's host": {virtualService("any", "hosts: [goproxy.example.com], gateways: [istio-system/shared], http: [{match: [{uri: {prefix: /x}}], route: [{destination: {host: web}}]}]"), "as-rendered", "goproxy.example.com"},
		"a policy for all hosts":     {policyAt(s.Spec.Gateway.Workload().Namespace, "rules: [{to: [{operation: {hosts: [shop-1.example.com]}}]}]"), "protocol", "goproxy.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			leaves(t, "production", shared(t, 3, c.more), c.promise, c.shows)
		})
	}
}

// The oracle of hosts that are not looked into: whatever reaches a program is in a
// region that does.
func TestLooks_DecideWhatReachesAProgramAtASharedGateway(t *testing.T) {
	s := example(t, "production")
	w := Of(s, shared(t, 4,
		virtualService("a", "hosts: ['*.b.example.com'], gateways: [istio-system/shared], http: [{route: [{destination: {host: web}}]}]"),
		virtualService("b", "hosts: ['*.example.com'], gateways: [istio-system/shared], http: [{match: [{uri: {prefix: /a}}], route: [{destination: {host: goproxy-athens.goproxy.svc.cluster.local}}]}]"),
		virtualService("c", "hosts: ['*.a.b.example.com', c.b.example.com], gateways: [istio-system/shared], http: [{route: [{destination: {host: goproxy-athens.goproxy.svc.cluster.local}}]}]"),
	))
	space, regions, err := newProver().regions(w, nil, w.askers())
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	reached := 0
	for range 4_000 {
		host := pick("", "x", "a", "c", "shop-1", "x.shop-1") + pick("", ".", ".a.", ".b.", ".a.b.", "-") + pick("example.com", "EXAMPLE.com", "example.com:443", "other.example.com")
		p, ok := envoypath.Normalize(pick("/healthz", "/a/@v/list", "/golang.org/x/mod/@v/list", "/catalog", "/api1/a"), envoypath.HTTP1)
		r := Request{As: pick(Client, Internet), Method: pick("GET", "POST"), Path: envoypath.Sent(p), Host: host, Headers: map[string]string{}}
		if !ok || host == "" || host[0] == '.' {
			continue
		}
		i := slices.IndexFunc(regions, func(one region) bool {
			return one.as == r.As && one.port == 0 && space.contains(one.box, r, p)
		})
		if i < 0 {
			t.Fatalf("%+v is in no region", r)
		}
		got := w.Ask(r)
		through := got.Status == 200 && slices.Contains([]string{generators.Athens, generators.Lathens}, got.By) && !strings.Contains(strings.Join(got.Steps, "\n"), "team-")
		if region := &regions[i]; len(region.answer.Unknown) == 0 && !region.twice && through != passes(region) {
			t.Fatalf("%+v: %s by %s, but its region reaches %v\n%s", r, got.Outcome(), got.By, region.reached, strings.Join(got.Steps, "\n"))
		}
		if through {
			reached++
		}
	}
	if reached < 100 {
		t.Errorf("%d requests reach a program", reached)
	}
}
