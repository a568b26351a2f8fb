package transformers_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/transformers"
)

// nodes reads a stream of documents.
func nodes(t *testing.T, text string) (out []*yaml.Node) {
	t.Helper()
	for doc := range strings.SplitSeq(text, "\n---\n") {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(doc), &n); err != nil {
			t.Fatalf("%v in\n%s", err, doc)
		}
		if len(n.Content) > 0 {
			out = append(out, n.Content[0])
		}
	}
	return out
}

// transform edits items as a configuration says; what is wrong with it is a
// finding.
func transform(t *testing.T, kind, spec string, items []*yaml.Node) (findings []transformers.Finding) {
	t.Helper()
	edit, problems := krm.Transformer(nodes(t, "apiVersion: athens.gomods.io/v1alpha1\nkind: "+kind+"\nmetadata: {name: test}\nspec: "+spec)[0])
	if len(problems) == 0 {
		return edit(items)
	}
	for _, p := range problems {
		findings = append(findings, transformers.Finding{Wrong: true, Path: p.Path, Message: p.Message})
	}
	return findings
}

// lines are findings as a user reads them.
func lines(findings []transformers.Finding) (out []string) {
	for _, f := range findings {
		word := "warning: "
		if f.Wrong {
			word = "error: "
		}
		if f.Path != "" {
			word += f.Path + ": "
		}
		out = append(out, word+f.Message)
	}
	return out
}

func encode(t *testing.T, n *yaml.Node) string {
	t.Helper()
	out, err := yaml.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// renamed is an object that kustomize renamed from old/NAME to new/p-NAME.
func renamed(kind, name string) string {
	return `apiVersion: ` + kind + `
metadata:
  name: p-` + name + `
  namespace: new
  annotations:
    internal.config.kubernetes.io/previousNames: ` + name + `,p-` + name + `
    internal.config.kubernetes.io/previousNamespaces: old,old
    internal.config.kubernetes.io/prefixes: p-
`
}

var world = strings.Join([]string{
	renamed("v1\nkind: Service", "web"), renamed("v1\nkind: ServiceAccount", "web"),
	renamed("networking.istio.io/v1\nkind: Gateway", "edge"), renamed("networking.istio.io/v1\nkind: VirtualService", "part"),
	renamed("gateway.networking.k8s.io/v1\nkind: Gateway", "way") + "spec: {gatewayClassName: istio}\n",
}, "---\n")

// TestReferences has one row for each form of a reference.
func TestReferences(t *testing.T) {
	const (
		vs, dr, se = "networking.istio.io/v1\nkind: VirtualService", "networking.istio.io/v1\nkind: DestinationRule", "networking.istio.io/v1\nkind: ServiceEntry"
		ap, sc     = "security.istio.io/v1\nkind: AuthorizationPolicy", "networking.istio.io/v1\nkind: Sidecar"
		deployment = "apps/v1\nkind: Deployment"
	)
	from := func(source string) string { return "{rules: [{from: [{source: {" + source + "}}]}]}" }
	env := func(value string) string {
		return "{template: {spec: {containers: [{env: [{name: X, value: '" + value + "'}]}]}}}"
	}
	for _, row := range []struct{ kind, spec, want string }{
		{dr, "{host: web}", "{host: p-web}"},
		{dr, "{host: web.old.svc}", "{host: p-web.new.svc}"},
		{dr, "{host: web.old.svc.cluster.local}", "{host: p-web.new.svc.cluster.local}"},
		{dr, "{host: web.new.svc.cluster.local}", "{host: p-web.new.svc.cluster.local}"},
		{dr, "{host: web.old.svc.example.com}", "{host: p-web.new.svc.example.com}"},
		{dr, "{host: p-web.new.svc.cluster.local}", "{host: p-web.new.svc.cluster.local}"},
		{dr, "{host: '*.old.svc.cluster.local'}", "{host: '*.new.svc.cluster.local'}"},
		{dr, "{host: web.example.com}", "{host: web.example.com}"},
		{dr, "{host: web.elsewhere.svc.cluster.local}", "{host: web.elsewhere.svc.cluster.local}"},
		{dr, "{host: x.io, exportTo: [., old, '*']}", "{host: x.io, exportTo: [., new, '*']}"},
		{dr, "{subsets: [{trafficPolicy: {tls: {subjectAltNames: [spiffe://td/ns/old/sa/web]}}}]}", "{subsets: [{trafficPolicy: {tls: {subjectAltNames: [spiffe://td/ns/new/sa/p-web]}}}]}"},
		{vs, "{hosts: [web], gateways: [mesh, edge, old/edge, ./edge, other/edge]}", "{hosts: [p-web], gateways: [mesh, p-edge, new/p-edge, ./p-edge, other/edge]}"},
		{vs, "{http: [{match: [{gateways: [old/edge], sourceNamespace: old}], delegate: {name: part, namespace: old}}]}", "{http: [{match: [{gateways: [new/p-edge], sourceNamespace: new}], delegate: {name: p-part, namespace: new}}]}"},
		{vs, "{http: [{mirrors: [{destination: {host: web}}], rewrite: {authority: 'web.old.svc:80'}}]}", "{http: [{mirrors: [{destination: {host: p-web}}], rewrite: {authority: 'p-web.new.svc:80'}}]}"},
		{se, "{hosts: [web.old.svc.cluster.local], exportTo: [old], endpoints: [{serviceAccount: web}]}", "{hosts: [p-web.new.svc.cluster.local], exportTo: [new], endpoints: [{serviceAccount: p-web}]}"},
		{sc, "{egress: [{hosts: [./*, old/*, '~/*', '*/web.old.svc.cluster.local', old/web.old.svc.cluster.local]}]}", "{egress: [{hosts: [./*, new/*, '~/*', '*/p-web.new.svc.cluster.local', new/p-web.new.svc.cluster.local]}]}"},
		{ap, from("principals: [td/ns/old/sa/web, '*/ns/old/sa/web', td/ns/old/*, td/ns/old/sa/default, td/ns/old/sa/*]"), from("principals: [td/ns/new/sa/p-web, '*/ns/new/sa/p-web', td/ns/new/*, td/ns/new/sa/default, td/ns/new/sa/*]")},
		{ap, from("serviceAccounts: [web, old/web], notNamespaces: [old, x]"), from("serviceAccounts: [p-web, new/p-web], notNamespaces: [new, x]")},
		{ap, from("principals: [td/ns/old/sa/way-istio]"), from("principals: [td/ns/new/sa/p-way-istio]")},
		{ap, "{rules: [{when: [{key: source.namespace, values: [old]}, {key: 'request.auth.claims[x]', values: [old]}]}]}", "{rules: [{when: [{key: source.namespace, values: [new]}, {key: 'request.auth.claims[x]', values: [old]}]}]}"},
		{ap, "{targetRefs: [{kind: Service, group: '', name: web}, {kind: Gateway, group: gateway.networking.k8s.io, name: way}]}", "{targetRefs: [{kind: Service, group: '', name: p-web}, {kind: Gateway, group: gateway.networking.k8s.io, name: p-way}]}"},
		{"networking.istio.io/v1alpha3\nkind: EnvoyFilter", "{configPatches: [{match: {cluster: {name: outbound|80||web.old.svc.cluster.local}}}]}", "{configPatches: [{match: {cluster: {name: outbound|80||p-web.new.svc.cluster.local}}}]}"},
		{"gateway.networking.k8s.io/v1\nkind: HTTPRoute", "{parentRefs: [{name: way}], rules: [{backendRefs: [{name: web, port: 80}]}]}", "{parentRefs: [{name: p-way}], rules: [{backendRefs: [{name: p-web, port: 80}]}]}"},
		{"networking.k8s.io/v1\nkind: NetworkPolicy", "{ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: old}}}]}]}", "{ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: new}}}]}]}"},
		{"networking.k8s.io/v1\nkind: NetworkPolicy", "{egress: [{to: [{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [old, x]}, {key: team, operator: In, values: [old]}]}}]}]}", "{egress: [{to: [{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [new, x]}, {key: team, operator: In, values: [old]}]}}]}]}"},
		{"gateway.networking.k8s.io/v1\nkind: Gateway", "{listeners: [{allowedRoutes: {namespaces: {selector: {matchLabels: {kubernetes.io/metadata.name: old}}}}, tls: {certificateRefs: [{name: tls, namespace: elsewhere}]}}]}", "{listeners: [{allowedRoutes: {namespaces: {selector: {matchLabels: {kubernetes.io/metadata.name: new}}}}, tls: {certificateRefs: [{name: tls, namespace: elsewhere}]}}]}"},
		{vs, "{http: [{match: [{authority: {exact: web.old.svc}, headers: {x: {exact: 'http://web.old.svc/'}}}], corsPolicy: {allowOrigins: [{exact: 'http://web.old.svc'}]}}]}", "{http: [{match: [{authority: {exact: p-web.new.svc}, headers: {x: {exact: 'http://p-web.new.svc/'}}}], corsPolicy: {allowOrigins: [{exact: 'http://p-web.new.svc'}]}}]}"},
		{deployment, env("http://web.old.svc.cluster.local/a?b=web"), env("http://p-web.new.svc.cluster.local/a?b=web")},
		{deployment, env("http://web:80,https://u@web.old/x"), env("http://p-web:80,https://u@p-web.new/x")},
		{deployment, env("web:80"), env("p-web:80")},
		{deployment, env("web"), env("web")}, // any word
		{deployment, env("web.old.svc."), env("p-web.new.svc.")},
		{"batch/v1\nkind: CronJob", "{jobTemplate: {spec: {template: {spec: {initContainers: [{args: [--to=web.old.svc]}]}}}}}", "{jobTemplate: {spec: {template: {spec: {initContainers: [{args: [--to=p-web.new.svc]}]}}}}}"},
	} {
		items := nodes(t, world+"---\n"+renamed(row.kind, "user")+"spec: "+row.spec+"\n")
		findings := transform(t, v1alpha1.MeshReferencesKind, "{}", items)
		if diff := cmp.Diff([]string(nil), lines(findings)); diff != "" {
			t.Errorf("%s: %s", row.spec, diff)
		}
		user := items[len(items)-1]
		got := encode(t, user.Content[len(user.Content)-1])
		if want := encode(t, nodes(t, row.want)[0]); got != want {
			t.Errorf("%s became\n%swant\n%s", row.spec, got, want)
		}
		// Once more changes nothing.
		transform(t, v1alpha1.MeshReferencesKind, "{}", items)
		if again := encode(t, user.Content[len(user.Content)-1]); again != got {
			t.Errorf("%s became, the second time,\n%s", row.spec, again)
		}
	}
}

// TestReferencesSay has what the transformer has to say.
func TestReferencesSay(t *testing.T) {
	const rule = "networking.istio.io/v1\nkind: DestinationRule"
	twin := strings.NewReplacer("p-web", "q-web", "prefixes: p-", "prefixes: q-").Replace(renamed("v1\nkind: Service", "web"))
	layer := strings.NewReplacer("p-user", "r-user", "prefixes: p-", "prefixes: r-").Replace(renamed(rule, "user"))
	bare := strings.NewReplacer("p-web", "web", "    internal.config.kubernetes.io/prefixes: p-\n", "").Replace(renamed("v1\nkind: Service", "web"))
	stay := "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: new}\n"
	for name, row := range map[string]struct {
		spec, items string
		want        []string
		host        string
	}{
		"nothing was renamed": {
			"{}", stay, []string{"warning: no item says what it was called before: nothing was renamed, or the host does not tell; then write spec.namePrefix, spec.nameSuffix or spec.namespace"}, "",
		},
		"a misspelled field": {
			"{keepNamespace: [a], namePrefix: 3, namespace: {from: a}}", stay,
			[]string{
				"error: spec.keepNamespace: unknown field; did you mean keepNamespaces?",
				"error: spec.namePrefix: must be a string; found the number 3. Write it in quotes, as in \"3\"",
				"error: spec.namespace: needs both from and to; write where the objects were written and where they are now, as in {from: shop, to: prod}",
			}, "",
		},
		"the layer decides": {
			"{}", world + "---\n" + twin + "---\n" + renamed(rule, "user") + "spec: {host: web}\n", nil, "p-web",
		},
		"the same layers decide": {
			"{}", world + "---\n" + bare + "---\n" + renamed(rule, "user") + "spec: {host: web}\n", nil, "p-web",
		},
		"notes are more than the configuration": {
			"{namePrefix: p-, namespace: {from: never, to: new}}", world + "---\n" + renamed(rule, "user") + "spec: {host: web.old.svc}\n", nil, "p-web.new.svc",
		},
		"together no more": {
			"{mergedNamespaces: Allow}", world + "---\n" + strings.Replace(renamed(rule, "user"), "namespace: new", "namespace: newer", 1) + "spec: {host: web}\n", nil, "p-web.new.svc.cluster.local",
		},
		"default may be a name": {
			"{}", strings.ReplaceAll(world, "old,old", "default,default") + "---\n" + strings.ReplaceAll(renamed(rule, "user"), "old,old", "default,default") + "spec: {exportTo: [default], host: web.default.svc}\n",
			[]string{"warning: spec.exportTo[0]: left as it is: objects that were written without a namespace are in new now, and default may mean those or the namespace default: write the one that is meant"}, "p-web.new.svc",
		},
		"no layer decides": {
			"{}", world + "---\n" + twin + "---\n" + layer + "spec: {host: web}\n",
			[]string{"error: spec.host: web is ambiguous: it may mean Service new/p-web and Service new/q-web. Write it as one of them is called now"}, "web",
		},
		"a Service that is not here": {
			"{}", world + "---\n" + renamed(rule, "user") + "spec: {host: db.old.svc.cluster.local}\n",
			[]string{"warning: spec.host: left as it is: no Service old/db is among the items, and what was in old is in new now"}, "db.old.svc.cluster.local",
		},
		"namespaces that became one": {
			"{keepNamespaces: []}", world + "---\n" + strings.ReplaceAll(renamed(rule, "user"), "old,old", "gate,gate") + "spec: {host: web.old.svc}\n",
			[]string{"error: spec.keepNamespaces: the namespace new now has what was in old and gate: kustomize's namespace: moves everything. Name those whose objects should go back, as in keepNamespaces: [gate], or write mergedNamespaces: Allow if all were meant to move"}, "web.old.svc",
		},
		"namespaces that may become one": {
			"{mergedNamespaces: Allow}", world + "---\n" + strings.ReplaceAll(renamed(rule, "user"), "old,old", "gate,gate") + "spec: {host: web.old.svc}\n",
			nil, "p-web.new.svc",
		},
		"namespaces that became one beside one that is kept": {
			"{keepNamespaces: [gate]}", world + "---\n" + strings.ReplaceAll(renamed(rule, "user"), "old,old", "gate,gate") + "---\n" + strings.ReplaceAll(renamed(rule, "other"), "old,old", "shop,shop"),
			[]string{"error: spec.keepNamespaces: the namespace new now has what was in old and shop: kustomize's namespace: moves everything. Name those whose objects should go back, as in keepNamespaces: [shop], or write mergedNamespaces: Allow if all were meant to move"}, "",
		},
		"a word that is no choice": {
			"{mergedNamespaces: allow, keepNamespaces: [Gate, gate, gate]}", world,
			[]string{
				`error: spec.mergedNamespaces: "allow" is not a choice; did you mean Allow? Write Refuse or Allow`,
				`error: spec.keepNamespaces[0]: "Gate" is not a DNS label; write lower case letters, digits and hyphens, as in gate`,
				`error: spec.keepNamespaces[2]: "gate" is there already, at spec.keepNamespaces[1]; take one out`,
			}, "",
		},
		"a namespace to keep that is not there": {
			"{keepNamespaces: [gat]}", world, []string{"error: spec.keepNamespaces[0]: no item was written in the namespace gat"}, "",
		},
		"a host that leaves no notes": {
			"{namePrefix: p-, nameSuffix: -s, namespace: {from: old, to: new}}",
			"apiVersion: v1\nkind: Service\nmetadata: {name: p-a-s, namespace: new}\n---\napiVersion: " + rule + "\nmetadata: {name: p-x-s, namespace: new}\nspec: {host: a.old.svc}\n",
			nil, "p-a-s.new.svc",
		},
	} {
		items := nodes(t, row.items)
		if diff := cmp.Diff(row.want, lines(transform(t, v1alpha1.MeshReferencesKind, row.spec, items))); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
		if last := encode(t, items[len(items)-1]); row.host != "" && !strings.Contains(last, "host: "+row.host+"}") || strings.Contains(row.items, "exportTo: [default]") && !strings.Contains(last, "exportTo: [default]") {
			t.Errorf("%s: want host %s, got\n%s", name, row.host, last)
		}
	}
}

// TestReferences_WarnOfTheRest has texts that name a namespace that has moved in a
// form that is not followed.
func TestReferences_WarnOfTheRest(t *testing.T) {
	const ap = "security.istio.io/v1\nkind: AuthorizationPolicy"
	for _, row := range []struct{ kind, spec, want string }{
		{ap, "{rules: [{from: [{source: {namespaces: ['old*']}}]}]}", "spec.rules[0].from[0].source.namespaces[0]: left as it is: it may mean the namespace old, and what was there is in new now: write the one that is meant"},
		{ap, "{rules: [{from: [{source: {principals: ['*/ns/old']}}]}]}", "spec.rules[0].from[0].source.principals[0]: "},
		{ap, "{rules: [{when: [{key: source.namespace, values: ['old*']}]}]}", "spec.rules[0].when[0].values[0]: "},
		{ap, "{rules: [{when: [{key: 'request.auth.claims[sub]', values: ['system:serviceaccount:old:web']}]}]}", "spec.rules[0].when[0].values[0]: "},
		{"networking.istio.io/v1\nkind: VirtualService", "{http: [{match: [{uri: {regex: '.*[.]old\\.svc'}}]}]}", "spec.http[0].match[0].uri.regex: "},
		{"gateway.networking.k8s.io/v1\nkind: Gateway", "{listeners: [{tls: {certificateRefs: [{name: tls, namespace: old}]}}]}", "spec.listeners[0].tls.certificateRefs[0]: left as it is: no Secret old/tls"},
		{"gateway.networking.k8s.io/v1\nkind: Gateway", "{later: {namespaces: [old]}}", "spec.later.namespaces[0]: "},
		{ap, "{rules: [{to: [{operation: {hosts: [old.example.com], paths: [/old/x]}}]}], selector: {matchLabels: {app: old}}}", ""},
	} {
		items := nodes(t, world+"---\n"+renamed(row.kind, "user")+"spec: "+row.spec+"\n")
		got := strings.Join(lines(transform(t, v1alpha1.MeshReferencesKind, "{}", items)), "\n")
		if row.want == "" && got != "" || row.want != "" && !strings.HasPrefix(got, "warning: "+row.want) {
			t.Errorf("%s: %s, want %s", row.spec, got, row.want)
		}
	}
}

// TestKeptNamespace puts an object back.
func TestKeptNamespace(t *testing.T) {
	items := nodes(t, world+"---\n"+strings.ReplaceAll(renamed("networking.istio.io/v1\nkind: VirtualService", "user"), "old,old", "gate,gate")+"spec: {gateways: [old/edge], exportTo: [gate], hosts: [web]}\n")
	findings := transform(t, v1alpha1.MeshReferencesKind, "{keepNamespaces: [gate]}", items)
	if len(findings) > 0 {
		t.Error(lines(findings))
	}
	got := encode(t, items[len(items)-1])
	for _, want := range []string{"namespace: gate\n", "gateways: [new/p-edge], exportTo: [gate], hosts: [web]"} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in\n%s", want, got)
		}
	}
}

// TestWaypoint follows the label of a Namespace to the waypoint in it.
func TestWaypoint(t *testing.T) {
	const ns = `apiVersion: v1
kind: Namespace
metadata:
  name: new
  labels: {istio.io/use-waypoint: way}
  annotations:
    internal.config.kubernetes.io/previousNames: old
    internal.config.kubernetes.io/previousNamespaces: _non_namespaceable_
`
	items := nodes(t, world+"---\n"+ns)
	transform(t, v1alpha1.MeshReferencesKind, "{}", items)
	if got := encode(t, items[len(items)-1]); !strings.Contains(got, "{istio.io/use-waypoint: p-way}") {
		t.Errorf("got\n%s", got)
	}
}
