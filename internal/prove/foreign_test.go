package prove

import (
	"encoding/json"
	"strings"
	"testing"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// decode documents of YAML.
func decode(t *testing.T, text string) (out []generators.Object) {
	t.Helper()
	for document := range strings.SplitSeq(text, "\n---\n") {
		manifest, err := yaml.YAMLToJSON([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		o, err := Decode(manifest)
		if err != nil || o == nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		out = append(out, o)
	}
	return out
}

// TestForeignRoutes puts a route before those of a site.
func TestForeignRoutes(t *testing.T) {
	const (
		list   = "GET /golang.org/x/mod/@v/list"
		athens = "{destination: {host: goproxy-athens, port: {number: 80}}}"
	)
	for name, c := range map[string]struct {
		route, request string
		status         int
		by, unknown    string
	}{
		"method":                    {"{match: [{method: {exact: POST}}], directResponse: {status: 418}}", "POST /x", 418, Gateway, ""},
		"another method":            {"{match: [{method: {exact: POST}}], directResponse: {status: 418}}", list, 200, "lathens", ""},
		"authority":                 {"{match: [{authority: {prefix: goproxy}}], directResponse: {status: 418}}", list, 418, Gateway, ""},
		"scheme":                    {"{match: [{scheme: {exact: https}}], directResponse: {status: 418}}", list, 418, Gateway, ""},
		"another scheme":            {"{match: [{scheme: {exact: http}}], directResponse: {status: 418}}", list, 200, "lathens", ""},
		"port":                      {"{match: [{port: 443}], directResponse: {status: 418}}", list, 418, Gateway, ""},
		"another port":              {"{match: [{port: 80}], directResponse: {status: 418}}", list, 200, "lathens", ""},
		"gateway":                   {"{match: [{gateways: [goproxy]}], directResponse: {status: 418}}", list, 418, Gateway, ""},
		"another gateway":           {"{match: [{gateways: [mesh]}], directResponse: {status: 418}}", list, 200, "lathens", ""},
		"source namespace":          {"{match: [{sourceNamespace: elsewhere}], directResponse: {status: 418}}", list, 200, "lathens", ""},
		"source labels":             {"{match: [{sourceLabels: {a: b}}], directResponse: {status: 418}}", list, 200, "lathens", "not all labels of the gateway's pods are known"},
		"header":                    {"{match: [{headers: {x: {regex: 'a+'}}}], directResponse: {status: 418}}", list, 418, Gateway, ""},
		"header that is there":      {"{match: [{headers: {x: {}}}], directResponse: {status: 418}}", list, 418, Gateway, ""},
		"header that is not there":  {"{match: [{headers: {y: {}}}], directResponse: {status: 418}}", list, 200, "lathens", ""},
		"header of every client":    {"{match: [{headers: {user-agent: {prefix: Go}}}], directResponse: {status: 418}}", list, 200, "lathens", "the header user-agent is not known"},
		"without header":            {"{match: [{withoutHeaders: {x: {exact: aa}}}], directResponse: {status: 418}}", list, 200, "lathens", ""},
		"missing is empty":          {"{match: [{withoutHeaders: {y: {regex: '.*'}}}], directResponse: {status: 418}}", list, 200, "lathens", ""},
		"query":                     {"{match: [{queryParams: {go-get: {exact: '1'}}}], directResponse: {status: 418}}", list + "?go-get=1&x", 418, Gateway, ""},
		"another query":             {"{match: [{queryParams: {go-get: {exact: '1'}}}], directResponse: {status: 418}}", list + "?go-get=2", 200, "lathens", ""},
		"case":                      {"{match: [{uri: {prefix: /GOLANG}, ignoreUriCase: true}], directResponse: {status: 418}}", list, 418, Gateway, ""},
		"case counts":               {"{match: [{uri: {prefix: /GOLANG}}], directResponse: {status: 418}}", list, 200, "lathens", ""},
		"one of two matches":        {"{match: [{uri: {exact: /}}, {uri: {prefix: /golang}}], directResponse: {status: 418}}", list, 418, Gateway, ""},
		"redirect":                  {"{match: [{uri: {exact: /}}], redirect: {uri: /docs}}", "GET /", 301, Gateway, ""},
		"redirect with its code":    {"{match: [{uri: {exact: /}}], redirect: {uri: /docs, redirectCode: 307}}", "GET /", 307, Gateway, ""},
		"redirect of another code":  {"{match: [{uri: {exact: /}}], redirect: {redirectCode: 399}}", "GET /", 399, Gateway, "redirectCode"},
		"prefix rewritten":          {"{match: [{uri: {prefix: /go/}}], rewrite: {uri: /}, route: [" + athens + "]}", "GET /go/x/@v/list", 200, "athens", ""},
		"rewritten to the catalog":  {"{match: [{uri: {prefix: /go/}}], rewrite: {uri: /}, route: [" + athens + "]}", "GET /go/catalog", 403, "athens", ""},
		"exact rewritten":           {"{match: [{uri: {exact: /go}}], rewrite: {uri: /healthz}, route: [" + athens + "]}", "GET /go?a", 200, "athens", ""},
		"rewritten by expression":   {"{match: [{uri: {prefix: /go/}}], rewrite: {uriRegexRewrite: {match: '^/go/(.*)$', rewrite: '/\\1/@v/list'}}, route: [" + athens + "]}", "GET /go/x", 200, "athens", ""},
		"no such port":              {"{route: [{destination: {host: goproxy-athens, port: {number: 81}}}]}", list, 503, "goproxy-athens.goproxy.svc.cluster.local", ""},
		"only port":                 {"{route: [{destination: {host: goproxy-athens}}]}", list, 200, "athens", ""},
		"no such Service":           {"{route: [{destination: {host: other}}]}", list, 503, "other.goproxy.svc.cluster.local", ""},
		"Service of others":         {"{route: [{destination: {host: a.other.svc.cluster.local}}]}", list, 503, "a.other.svc.cluster.local", "no Service among the objects has the host"},
		"no subset":                 {"{route: [{destination: {host: goproxy-athens, subset: v1}}]}", list, 503, "goproxy-athens.goproxy.svc.cluster.local", ""},
		"two destinations":          {"{route: [{weight: 1, destination: {host: goproxy-athens}}, {weight: 1, destination: {host: goproxy-list}}]}", list, 200, "athens", "several destinations, whose answers differ"},
		"no weight":                 {"{route: [{weight: 1, destination: {host: goproxy-athens}}, {destination: {host: goproxy-list}}]}", list, 200, "athens", ""},
		"no route":                  {"{match: [{uri: {exact: /}}]}", "GET /", 503, Gateway, "http without a route"},
		"abort":                     {"{fault: {abort: {percentage: {value: 100}, httpStatus: 500}}, route: [" + athens + "]}", list, 500, Gateway, ""},
		"abort of some":             {"{fault: {abort: {percentage: {value: 1}, httpStatus: 500}}, route: [" + athens + "]}", list, 200, "athens", "abort of some requests"},
		"abort of none":             {"{fault: {abort: {httpStatus: 500}}, route: [" + athens + "]}", list, 200, "athens", ""},
		"delay and mirror":          {"{fault: {delay: {percentage: {value: 100}, fixedDelay: 1s}}, mirror: {host: other}, route: [" + athens + "]}", list, 200, "athens", ""},
		"delegate that is not here": {"{match: [{uri: {prefix: /x}}], delegate: {name: other, namespace: team}}", "GET /x", 404, Gateway, "VirtualService team/other is not among the objects"},
		"delegate elsewhere":        {"{match: [{uri: {prefix: /x}}], delegate: {name: other, namespace: team}}", list, 200, "lathens", ""},
		"host of mesh's tls":        {"{match: [{uri: {regex: '('}}], directResponse: {status: 418}}", list, 200, "lathens", "does not compile"},
		"preflight":                 {"{match: [{method: {exact: OPTIONS}}], corsPolicy: {allowMethods: [GET]}, route: [" + athens + "]}", "OPTIONS /x/@v/list", 403, "athens", "corsPolicy"},
	} {
		s := load(t)
		objects := site.Objects(s)
		vs := generators.OfType[*networkingv1.VirtualService](objects)[0]
		added := decode(t, "apiVersion: networking.istio.io/v1alpha3\nkind: VirtualService\nspec: {http: ["+c.route+"]}")[0].(*networkingv1.VirtualService)
		vs.Spec.Http = append(added.Spec.GetHttp(), vs.Spec.GetHttp()...)
		r, err := ParseRequest(c.request, Client)
		if err != nil {
			t.Fatal(err)
		}
		r.Headers = map[string]string{"x": "aa", "origin": "https://example.com"}
		expect(t, name, Of(s, objects).Ask(r), c.status, c.by, c.unknown)
	}
}

func expect(t *testing.T, name string, got Answer, status int, by, unknown string) {
	t.Helper()
	why := strings.Join(got.Unknown, "; ")
	if got.Status != status || got.By != by || (why == "") != (unknown == "") || !strings.Contains(why, unknown) {
		t.Errorf("%s: %d by %s, unknown %q; want %d by %s, unknown %q\n%s", name, got.Status, got.By, why, status, by, unknown, strings.Join(got.Steps, "\n"))
	}
}

// TestForeignObjects puts objects beside those of a site.
func TestForeignObjects(t *testing.T) {
	const (
		list    = "GET /golang.org/x/mod/@v/list"
		catalog = "GET /catalog"
		policy  = "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: goproxy}\nspec: "
		routes  = "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata: {name: a, namespace: goproxy}\nspec: "
		rule    = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: goproxy}\nspec: "
		peer    = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a, namespace: goproxy}\nspec: "
		athens  = "{selector: {matchLabels: {app.kubernetes.io/name: athens}}, "
	)
	for name, c := range map[string]struct {
		objects, as, request string
		status               int
		by, unknown          string
	}{
		"an account":              {policy + "{rules: [{from: [{source: {serviceAccounts: [elsewhere/anyone]}}]}]}", Stranger, catalog, 200, "athens", ""},
		"another account":         {policy + "{rules: [{from: [{source: {serviceAccounts: [elsewhere/any]}}]}]}", Stranger, catalog, 403, "athens", ""},
		"a namespace":             {policy + "{rules: [{from: [{source: {namespaces: ['else*']}}]}]}", Stranger, catalog, 200, "athens", ""},
		"no namespace":            {policy + "{action: DENY, rules: [{from: [{source: {notNamespaces: [goproxy, istio-system]}}]}]}", Client, list, 200, "lathens", ""},
		"a trust domain":          {policy + "{rules: [{from: [{source: {trustDomains: [cluster.local]}}]}]}", Stranger, catalog, 200, "athens", ""},
		"not a principal":         {policy + "{action: DENY, rules: [{from: [{source: {notPrincipals: ['*/sa/goproxy-crathens']}}]}]}", Client, list, 403, "lathens", ""},
		"everything":              {policy + "{rules: [{}]}", Stranger, catalog, 200, "athens", ""},
		"nothing":                 {policy + "{action: DENY}", Client, list, 200, "lathens", ""},
		"a method":                {policy + athens + "rules: [{to: [{operation: {methods: [GET], notPaths: [/metrics]}}]}]}", Stranger, "GET /metrics", 403, "athens", ""},
		"not a method":            {policy + athens + "rules: [{to: [{operation: {notMethods: [POST]}}]}]}", Stranger, "GET /metrics", 200, "athens", ""},
		"not a host":              {policy + athens + "rules: [{to: [{operation: {notHosts: ['GOPROXY-*']}}]}]}", Stranger, "GET /metrics", 403, "athens", ""},
		"not a port":              {policy + athens + "rules: [{to: [{operation: {notPorts: ['3000']}}]}]}", Stranger, "GET /metrics", 403, "athens", ""},
		"a path with a template":  {policy + athens + "rules: [{to: [{operation: {paths: ['/{*}']}}]}]}", Stranger, "GET /metrics", 403, "athens", "paths: /{*}"},
		"an address":              {policy + athens + "rules: [{from: [{source: {ipBlocks: [10.0.0.0/8]}}]}]}", Stranger, catalog, 403, "athens", "the address of anyone is not known"},
		"an address is not asked": {policy + athens + "rules: [{from: [{source: {ipBlocks: [10.0.0.0/8]}}], to: [{operation: {paths: [/x]}}]}]}", Stranger, catalog, 403, "athens", ""},
		"every address":           {policy + athens + "rules: [{from: [{source: {ipBlocks: [0.0.0.0/0, '::/0']}}]}]}", Stranger, catalog, 200, "athens", ""},
		"a remote address":        {policy + athens + "action: DENY, rules: [{from: [{source: {remoteIpBlocks: [192.0.2.0/24]}}]}]}", Stranger, catalog, 403, "athens", "the address of anyone is not known"},
		"no token":                {policy + athens + "rules: [{from: [{source: {requestPrincipals: ['*']}}]}]}", Stranger, catalog, 403, "athens", ""},
		"a token that must be":    {policy + athens + "action: DENY, rules: [{from: [{source: {notRequestPrincipals: ['*']}}]}]}", Client, "GET /healthz", 403, "athens", ""},
		"a condition":             {policy + athens + "rules: [{when: [{key: source.namespace, values: [elsewhere]}]}]}", Stranger, catalog, 200, "athens", ""},
		"not a condition":         {policy + athens + "rules: [{when: [{key: destination.port, notValues: ['3000']}]}]}", Stranger, catalog, 403, "athens", ""},
		"an unknown condition":    {policy + athens + "rules: [{when: [{key: connection.sni, values: [a]}]}]}", Stranger, catalog, 403, "athens", "when: connection.sni"},
		"a claim":                 {policy + athens + "rules: [{when: [{key: 'request.auth.claims[groups]', values: [a]}]}]}", Stranger, catalog, 403, "athens", ""},
		"another decides":         {policy + athens + "action: CUSTOM, provider: {name: opa}, rules: [{}]}", Client, "GET /healthz", 200, "athens", "by which opa decides"},
		"another does not decide": {policy + athens + "action: CUSTOM, provider: {name: opa}, rules: [{to: [{operation: {paths: [/x]}}]}]}", Client, "GET /healthz", 200, "athens", ""},
		"audit":                   {policy + "{action: AUDIT, rules: [{}]}", Stranger, catalog, 403, "athens", ""},
		"dry run":                 {strings.Replace(policy, "goproxy}", "goproxy, annotations: {istio.io/dry-run: 'true'}}", 1) + "{rules: [{}]}", Stranger, catalog, 403, "athens", ""},
		"the whole mesh":          {strings.Replace(policy, "namespace: goproxy", "namespace: istio-system", 1) + "{action: DENY, rules: [{to: [{operation: {paths: [/healthz]}}]}]}", Client, "GET /healthz", 403, Gateway, ""},
		"another namespace":       {strings.Replace(policy, "namespace: goproxy", "namespace: other", 1) + "{action: DENY, rules: [{}]}", Client, "GET /healthz", 200, "athens", ""},
		"for a waypoint":          {policy + "{targetRefs: [{group: '', kind: Service, name: goproxy-athens}], action: DENY, rules: [{}]}", Client, "GET /healthz", 200, "athens", ""},
		"labels of the gateway": {strings.Replace(policy, "namespace: goproxy", "namespace: istio-system", 1) + "{selector: {matchLabels: {tier: edge}}, action: DENY, rules: [{}]}",
			Client, "GET /healthz", 200, "athens", "not all labels of the gateway's pods are known"},

		"mTLS is left to callers": {peer + "{selector: {matchLabels: {app.kubernetes.io/name: athens}}, mtls: {mode: PERMISSIVE}}", Plain, catalog, 403, "athens", ""},
		"no mTLS":                 {peer + "{selector: {matchLabels: {app.kubernetes.io/name: athens}}, mtls: {mode: DISABLE}}", Client, "GET /healthz", 503, "athens", ""},
		"mTLS of a port":          {peer + "{selector: {matchLabels: {app.kubernetes.io/name: athens}}, portLevelMtls: {'3000': {mode: PERMISSIVE}}}", Plain, catalog, 403, "athens", ""},
		"mTLS of another port":    {peer + "{selector: {matchLabels: {app.kubernetes.io/name: athens}}, portLevelMtls: {'3001': {mode: PERMISSIVE}}}", Plain, catalog, 0, "athens", ""},
		"two for a namespace":     {peer + "{mtls: {mode: PERMISSIVE}}", Client, "GET /healthz", 200, "athens", "which is older is not known"},
		"mTLS of the mesh":        {strings.Replace(peer, "namespace: goproxy", "namespace: istio-system", 1) + "{mtls: {mode: DISABLE}}", Plain, catalog, 0, "athens", ""},

		"routes of the mesh":      {routes + "{hosts: [goproxy-athens], http: [{directResponse: {status: 418}}]}", "crathens", catalog, 418, Sidecar, ""},
		"of the mesh, elsewhere":  {routes + "{hosts: [goproxy-athens], exportTo: [other], http: [{directResponse: {status: 418}}]}", "crathens", catalog, 200, "athens", ""},
		"of the mesh by wildcard": {routes + "{hosts: ['*.svc.cluster.local'], http: [{match: [{uri: {prefix: /catalog}}], directResponse: {status: 418}}]}", "crathens", catalog, 418, Sidecar, ""},
		"of the mesh, no route":   {routes + "{hosts: [goproxy-athens], http: [{match: [{uri: {prefix: /x}}], directResponse: {status: 418}}]}", "crathens", catalog, 404, Sidecar, ""},
		"not at the gateway":      {routes + "{hosts: [goproxy.example.com], http: [{directResponse: {status: 418}}]}", Client, list, 200, "lathens", ""},
		"the same host":           {routes + "{hosts: [goproxy.example.com], gateways: [goproxy], http: [{match: [{uri: {prefix: /docs}}], directResponse: {status: 418}}]}", Client, "GET /docs", 418, Gateway, ""},
		"the same route": {routes + "{hosts: [goproxy.example.com], gateways: [goproxy], http: [{match: [{uri: {prefix: /healthz}}], directResponse: {status: 418}}]}",
			Client, "GET /healthz", 200, "athens", "which is older is not known"},
		"a wildcard is further": {routes + "{hosts: ['*'], gateways: [goproxy], http: [{match: [{uri: {prefix: /docs}}], directResponse: {status: 418}}]}", Client, "GET /docs", 418, Gateway, ""},
		"an unknown gateway": {routes + "{hosts: [goproxy.example.com], gateways: [other/shared], http: [{match: [{uri: {prefix: /docs}}], directResponse: {status: 418}}]}",
			Client, "GET /docs", 418, Gateway, "Gateway other/shared, which is not among the objects"},
		"another site on it": {routes + "{hosts: [other.example.com], gateways: [other/shared], http: [{directResponse: {status: 418}}]}", Client, list, 200, "lathens", ""},

		"two rules for a host":   {rule + "{host: goproxy-athens, trafficPolicy: {tls: {mode: DISABLE}}}", Client, "GET /healthz", 200, "athens", "which is older is not known"},
		"a rule for few":         {rule + "{host: goproxy-athens, workloadSelector: {matchLabels: {a: b}}, trafficPolicy: {tls: {mode: DISABLE}}}", "crathens", catalog, 200, "athens", ""},
		"the caller's namespace": {strings.Replace(rule, "namespace: goproxy", "namespace: elsewhere", 1) + "{host: goproxy-athens.goproxy.svc.cluster.local, trafficPolicy: {tls: {mode: DISABLE}}}", Stranger, catalog, 503, "athens", ""},
		"hidden":                 {rule + "{host: goproxy-athens, exportTo: [other], trafficPolicy: {tls: {mode: DISABLE}}}", Client, "GET /healthz", 200, "athens", ""},
		"a wildcard":             {rule + "{host: '*.goproxy.svc.cluster.local', trafficPolicy: {tls: {mode: DISABLE}}}", Client, "GET /healthz", 200, "athens", ""},

		"a filter":         {"apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: a, namespace: goproxy}\nspec: {configPatches: [{applyTo: HTTP_FILTER, patch: {operation: INSERT_FIRST}}]}", Client, "GET /healthz", 200, "athens", "EnvoyFilter goproxy/a changes"},
		"a plugin":         {"apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: a, namespace: goproxy}\nspec: {url: a}", Client, "GET /healthz", 200, "athens", "WasmPlugin goproxy/a is not read"},
		"a closed sidecar": {"apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: a, namespace: elsewhere}\nspec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}, egress: [{hosts: [./*]}]}", Stranger, catalog, 502, Sidecar, ""},
		"a listed host":    {"apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: a, namespace: elsewhere}\nspec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}, egress: [{hosts: [goproxy/*]}]}", Stranger, catalog, 403, "athens", ""},
		"tokens":           {"apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a, namespace: goproxy}\nspec: {jwtRules: [{issuer: a, fromParams: [t]}]}", Client, "GET /healthz", 200, "athens", "tokens in other places"},
		"no injection":     {"apiVersion: v1\nkind: Namespace\nmetadata: {name: goproxy, labels: {istio-injection: disabled}}", Plain, catalog, 200, "athens", ""},
	} {
		s := load(t, "namespace: {create: false}")
		r, err := ParseRequest(c.request, c.as)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, name, Of(s, append(site.Objects(s), decode(t, c.objects)...)).Ask(r), c.status, c.by, c.unknown)
	}
}

// Ages decide where objects compete, and a delegate's routes are within those
// of its root.
func TestMerged(t *testing.T) {
	objects := decode(t, `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shared, namespace: edge}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 443, protocol: HTTPS, name: a}, tls: {mode: SIMPLE, credentialName: a}, hosts: ['*/*.example.com']}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: younger, namespace: a, creationTimestamp: "2026-01-02T00:00:00Z"}
spec: {hosts: [go.example.com], gateways: [edge/shared], http: [{match: [{uri: {prefix: /a}}], directResponse: {status: 202}}, {name: rest, directResponse: {status: 299}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: older, namespace: b, creationTimestamp: "2026-01-01T00:00:00Z"}
spec: {hosts: [go.example.com], gateways: [edge/shared], http: [{match: [{uri: {prefix: /a/b}}], directResponse: {status: 201}}, {match: [{uri: {prefix: /team}}], delegate: {name: team, namespace: c}}, {directResponse: {status: 298}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: team, namespace: c}
spec: {http: [{name: within, match: [{uri: {prefix: /team/x}}], directResponse: {status: 210}}, {match: [{uri: {prefix: /other}}], directResponse: {status: 211}}, {match: [{method: {exact: PUT}}], directResponse: {status: 212}}]}
`)
	s := load(t, "gateway: {istio: {gatewayRef: {namespace: edge, name: shared}, workload: {namespace: istio-system, serviceAccountName: a, labels: {istio: ingressgateway}}}}")
	w := Of(s, objects)
	for line, want := range map[string]int{
		"GET /a/b": 201, "GET /a/c": 202, "GET /x": 298, "GET /team/x": 210, "GET /team/y": 298, "PUT /team/y": 212, "GET /other": 298,
	} {
		r, err := ParseRequest(line, Internet)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "go.example.com"
		expect(t, line, w.Ask(r), want, Gateway, "")
	}
}

// What the objects say, and not the spec, is read of a site that kustomize
// moved and renamed.
func TestFromManifests(t *testing.T) {
	s := load(t)
	var manifests [][]byte
	for _, o := range site.Objects(s) {
		manifest, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer(`"goproxy-athens.goproxy.svc`, `"eu-goproxy-athens.team.svc`, `"goproxy-list.goproxy.svc`, `"eu-goproxy-list.team.svc`, `"goproxy-`, `"eu-goproxy-`,
			`"namespace":"goproxy"`, `"namespace":"team"`, "/ns/goproxy/sa/", "/ns/team/sa/eu-", "*.goproxy.svc", "*.team.svc", `"goproxy/goproxy"`, `"team/goproxy"`).Replace(string(manifest))
		manifests = append(manifests, []byte(text))
	}
	worlds := fromManifests(manifests)
	if len(worlds) != 1 {
		t.Fatalf("%d sites", len(worlds))
	}
	moved, own := worlds[0].Table(), New(s).Table()
	if len(moved) != len(own) {
		t.Fatalf("%d requests, want %d", len(moved), len(own))
	}
	for i := range own {
		got, want := moved[i].Answer, own[i].Answer
		if got.Outcome() != want.Outcome() || got.By != want.By || got.Fallback != want.Fallback || got.MTLS != want.MTLS || got.Seamless != want.Seamless {
			t.Errorf("%s %s: %+v, want %+v", own[i].As, own[i].Path, got, want)
		}
	}
	manifests[len(manifests)-1] = []byte(`{"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "a"}, "spec": {"hots": ["a"]}}`)
	if got := fromManifests(manifests)[0].Unknown(); len(got) == 0 || !strings.Contains(strings.Join(got, " "), `VirtualService a cannot be read as its API has it`) {
		t.Errorf("an unknown field: %q", got)
	}
}
