package prove

import (
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// leaves says that objects, of an example and others, break a promise or leave it unknown, and what shows it; all
// promises are proven where nothing does.
func leaves(t *testing.T, site string, objects []generators.Object, promise, shows string) {
	t.Helper()
	r := Of(example(t, site), objects).All(true)
	if broken := verdicts(r); shows == "" {
		if len(broken) > 0 {
			t.Error(broken)
		}
		return
	}
	p := r.Promises[slices.IndexFunc(r.Promises, func(p Promise) bool { return p.Name == promise })]
	shown := strings.Join(p.Unknown, "\n")
	if p.Witness != nil {
		shown = p.Witness.Host + "\n" + p.Witness.Got
	}
	if p.Verdict == Proven || !strings.Contains(shown, shows) {
		t.Errorf("%s is %s, shown by %q", p.Name, p.Verdict, shown)
	}
}

// What others have leads into the site's programs, or takes its requests away.
func TestAll_ForeignWaysIntoTheSite(t *testing.T) {
	const (
		athens = "goproxy-athens.goproxy.svc.cluster.local"
		web    = "[{destination: {host: web}}]"
		entry  = "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a, namespace: elsewhere}\nspec: {hosts: [a.example.org], ports: [{number: 80, name: http, protocol: HTTP}], "
		alias  = "apiVersion: v1\nkind: Service\nmetadata: {name: alias, namespace: elsewhere}\nspec: {ports: [{port: 80, name: http}]"
		named  = "alias.elsewhere.svc.cluster.local"
	)
	selector := example(t, "production").Spec.Gateway.Workload().Labels["istio"]
	other := func(rest string) string {
		return virtualService("any", "hosts: [other.example.com], gateways: [istio-system/shared], http: [{"+rest+"}]")
	}
	to := func(host, object string) string {
		return other("route: [{destination: {host: "+host+"}}]") + "\n---\n" + object
	}
	gateway := func(labels, protocol, host, tls string) string {
		return "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: b, namespace: elsewhere}\nspec: {selector: {" + labels + "}, servers: [{port: {number: 443, name: b, protocol: " + protocol + "}, hosts: ['" + host + "'], tls: {" + tls + "}}]}\n"
	}
	route := func(kind, spec string) string {
		return "apiVersion: gateway.networking.k8s.io/v1\nkind: " + kind + "\nmetadata: {name: a, namespace: team}\nspec: {" + spec + "}\n"
	}
	backend := func(kind, ref string) string { return route(kind, "rules: [{backendRefs: [{"+ref+"}]}]") }
	const simple = "mode: SIMPLE, credentialName: b"
	for name, c := range map[string]struct{ more, shows string }{
		"a mirror":                   {other("mirror: {host: " + athens + "}, route: " + web), "VirtualService elsewhere/any uses http.mirror"},
		"several mirrors":            {other("mirrors: [{destination: {host: " + athens + "}}], route: " + web), "VirtualService elsewhere/any uses http.mirror"},
		"an alias":                   {to(named, alias+", type: ExternalName, externalName: "+athens+".}"), "Service elsewhere/alias uses externalName"},
		"an alias of an alias":       {to(named, alias+", type: ExternalName, externalName: two.elsewhere.svc.cluster.local}\n---\n"+strings.Replace(alias, "alias", "two", 1)+", type: ExternalName, externalName: "+athens+"}"), "Service elsewhere/alias uses externalName"},
		"an alias of itself":         {to(named, alias+", type: ExternalName, externalName: "+named+"}\n---\n"+strings.Replace(alias, "alias", "two", 1)+", type: ExternalName, externalName: "+athens+"}"), ""},
		"an alias of an address":     {to(named, alias+", type: ExternalName, externalName: 10.0.0.7}"), "Service elsewhere/alias uses externalName"},
		"endpoints by hand":          {to(named, alias+"}\n---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: e, namespace: elsewhere, labels: {kubernetes.io/service-name: alias}}\nendpoints: [{addresses: [10.0.0.7]}]"), "EndpointSlice elsewhere/e adds addresses"},
		"an entry of a host":         {to("a.example.org", entry+"resolution: DNS, endpoints: [{address: "+athens+"}]}"), "the host a.example.org"},
		"an entry of an address":     {to("a.example.org", entry+"resolution: STATIC, endpoints: [{address: 10.0.0.7}]}"), "the host a.example.org"},
		"an entry in upper case":     {strings.Replace(entry, "a.example.org", "Goproxy-Athens.goproxy.svc.cluster.local", 1) + "resolution: STATIC}", "ServiceEntry elsewhere/a has the host"},
		"another Gateway of a host":  {gateway("istio: "+selector, "HTTPS", "goproxy.example.com", simple), "Gateway elsewhere/b uses servers.hosts: goproxy.example.com"},
		"a passthrough of a host":    {gateway("istio: "+selector, "TLS", "*/goproxy.example.com", "mode: PASSTHROUGH"), "Gateway elsewhere/b uses servers.hosts: goproxy.example.com"},
		"the port in another use":    {gateway("istio: "+selector, "TCP", "*", ""), "Gateway elsewhere/b uses servers.port.protocol: TCP"},
		"a Gateway of other labels":  {gateway("app: edge", "HTTPS", "goproxy.example.com", simple), "Gateway elsewhere/b uses a selector by app"},
		"a Gateway that leads in":    {gateway("app: edge", "HTTPS", "x.example.com", simple) + "\n---\n" + virtualService("any", "hosts: [x.example.com], gateways: [elsewhere/b], http: [{route: [{destination: {host: "+athens+"}}]}]"), "Gateway elsewhere/b uses a selector by app"},
		"a backend by its host":      {backend("HTTPRoute", "group: networking.istio.io, kind: Hostname, name: "+athens+", port: 80"), "HTTPRoute team/a routes to Hostname " + athens},
		"a backend of clusters":      {backend("GRPCRoute", "group: multicluster.x-k8s.io, kind: ServiceImport, namespace: goproxy, name: goproxy-athens, port: 80"), "GRPCRoute team/a routes to ServiceImport goproxy/goproxy-athens"},
		"a backend of another kind":  {backend("HTTPRoute", "group: example.com, kind: Backend, name: x"), "HTTPRoute team/a routes to Backend team/x"},
		"a route of datagrams":       {backend("UDPRoute", "namespace: goproxy, name: goproxy-athens, port: 80"), "UDPRoute team/a routes to Service goproxy/goproxy-athens"},
		"a route of an entry":        {route("HTTPRoute", "parentRefs: [{group: networking.istio.io, kind: ServiceEntry, name: gone}]"), "HTTPRoute team/a routes to ServiceEntry team/gone"},
		"a route of the site's host": {route("HTTPRoute", "hostnames: ['*.example.com'], rules: [{backendRefs: [{name: web, port: 80}]}]"), "HTTPRoute team/a is about the host *.example.com"},
		"an Ingress of its host":     {"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: team}\nspec: {ingressClassName: istio, rules: [{host: goproxy.example.com}]}\n", "Ingress team/a is about the host goproxy.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			leaves(t, "production", shared(t, 1, strings.Split(c.more, "\n---\n")...), "as-rendered", c.shows)
		})
	}
}

// A header may have any byte that HTTP allows.
func TestAll_HeadersBeyondASCII(t *testing.T) {
	route := func(match string) string {
		return virtualService("any", "hosts: [goproxy.example.com], gateways: [istio-system/shared], http: [{match: [{headers: {x: {"+match+"}}}], directResponse: {status: 418}}]")
	}
	policy := func(value string) string {
		return policyAt("goproxy", "action: DENY, rules: [{when: [{key: 'request.headers[x]', values: ['"+value+"']}]}]")
	}
	for name, c := range map[string]struct{ more, shows string }{
		"exact":             {policy("é"), "403 by"},
		"prefix":            {policy("é*"), "403 by"},
		"an expression":     {route(`regex: '[^\x00-\x7f]+'`), "uses http.match.headers.regex, and whether a value beyond ASCII fits is not known"},
		"a tab":             {route(`exact: "a\tb"`), "418 by gateway"},
		"without beginning": {policy("*é"), "403 by"},
	} {
		t.Run(name, func(t *testing.T) { leaves(t, "production", shared(t, 0, c.more), "as-rendered", c.shows) })
	}
}

// Policies about connections cut the gateway off its programs, or may.
func TestAll_ForeignNetworkPolicies(t *testing.T) {
	egress := func(selector, rules string) string {
		return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: aks-istio-ingress}\nspec: {podSelector: {" + selector + "}, policyTypes: [Egress], egress: [" + rules + "]}\n"
	}
	other := func(api, kind, namespace, spec string) string {
		return "apiVersion: " + api + "\nkind: " + kind + "\nmetadata: {name: a" + namespace + "}\nspec: {" + spec + "}\n"
	}
	const (
		cilium = "cilium.io/v2"
		admin  = "policy.networking.k8s.io/v1alpha1"
		open   = "{ports: [{port: 53, protocol: UDP}, {port: 15012}]}"
		own    = ", namespace: goproxy"
	)
	for name, c := range map[string]struct{ text, shows string }{
		"nothing of the gateway":   {egress("", ""), "503 by"},
		"nothing to the programs":  {egress("", open), "503 by"},
		"nothing to istiod":        {egress("", "{ports: [{port: 53}, {port: 1000, endPort: 10000}]}"), "port 15012 of istiod"},
		"nothing to DNS":           {egress("", "{ports: [{port: 1000, endPort: 5000}, {port: 8080}, {port: 15012}]}"), "port 53 of DNS"},
		"some pods of the gateway": {egress("matchLabels: {tier: edge}", open), "a selector by tier"},
		"all that is needed":       {egress("", open+", {to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: goproxy}}}]}"), ""},
		"everything":               {egress("matchLabels: {tier: edge}", "{}"), ""},
		"other pods":               {egress("matchLabels: {istio: other}", ""), ""},
		"Cilium's":                 {other(cilium, "CiliumNetworkPolicy", own, "endpointSelector: {matchLabels: {'k8s:app.kubernetes.io/name': athens}}"), "CiliumNetworkPolicy goproxy/a may cut"},
		"Cilium's of other pods":   {other(cilium, "CiliumNetworkPolicy", own, "endpointSelector: {matchLabels: {'k8s:app': shop}}"), ""},
		"Cilium's of a namespace":  {other(cilium, "CiliumClusterwideNetworkPolicy", "", "endpointSelector: {matchLabels: {'k8s:io.kubernetes.pod.namespace': aks-istio-ingress}}"), "CiliumClusterwideNetworkPolicy a may cut"},
		"Cilium's of another one":  {other(cilium, "CiliumClusterwideNetworkPolicy", "", "endpointSelector: {matchLabels: {'k8s:io.kubernetes.pod.namespace': shop}}"), ""},
		"Calico's":                 {other("crd.projectcalico.org/v1", "NetworkPolicy", own, "selector: all()"), "NetworkPolicy of crd.projectcalico.org goproxy/a may cut"},
		"Calico's, elsewhere":      {other("crd.projectcalico.org/v1", "NetworkPolicy", ", namespace: shop", "selector: all()"), ""},
		"an administrator's":       {other(admin, "AdminNetworkPolicy", "", "subject: {namespaces: {}}"), "AdminNetworkPolicy a may cut"},
		"an administrator's, else": {other(admin, "BaselineAdminNetworkPolicy", "", "subject: {pods: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}, podSelector: {}}}"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			leaves(t, "production", shared(t, 0, c.text), "as-rendered", c.shows)
		})
	}
}
