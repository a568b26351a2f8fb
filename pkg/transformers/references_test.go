package transformers_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/hasher"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

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
	renamed("v1\nkind: Secret", "tls"), renamed("v1\nkind: ConfigMap", "ca"), renamed("apps/v1\nkind: StatefulSet", "db"), renamed("v1\nkind: Service", "db"),
	renamed("argoproj.io/v1alpha1\nkind: Rollout", "app"), renamed("apps/v1\nkind: Deployment", "app"),
	renamed("secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass", "vault"), renamed("cert-manager.io/v1\nkind: Issuer", "corp"),
	renamed("opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector", "traces"), renamed("bitnami.com/v1alpha1\nkind: SealedSecret", "sealed"),
	renamed("keda.sh/v1alpha1\nkind: TriggerAuthentication", "prom"), renamed("storage.azure.com/v1api20230101\nkind: StorageAccount", "blobs"),
	renamed("flagger.app/v1beta1\nkind: Canary", "app") + "spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: app}}\n",
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
		{"networking.istio.io/v1\nkind: Gateway", "{servers: [{tls: {credentialName: tls, caCertCredentialName: tls}}]}", "{servers: [{tls: {credentialName: p-tls, caCertCredentialName: p-tls}}]}"},
		{dr, "{trafficPolicy: {tls: {credentialName: tls}, portLevelSettings: [{tls: {credentialName: tls}}]}}", "{trafficPolicy: {tls: {credentialName: p-tls}, portLevelSettings: [{tls: {credentialName: p-tls}}]}}"},
		{"extensions.istio.io/v1alpha1\nkind: WasmPlugin", "{imagePullSecret: tls}", "{imagePullSecret: p-tls}"},
		{"gateway.networking.k8s.io/v1\nkind: Gateway", "{listeners: [{tls: {certificateRefs: [{name: tls}, {name: tls, namespace: old}]}}]}", "{listeners: [{tls: {certificateRefs: [{name: p-tls}, {name: p-tls, namespace: new}]}}]}"},
		{"gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy", "{targetRefs: [{group: '', kind: Service, name: web}], validation: {caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}], hostname: web.old.svc}}", "{targetRefs: [{group: '', kind: Service, name: p-web}], validation: {caCertificateRefs: [{group: '', kind: ConfigMap, name: p-ca}], hostname: p-web.new.svc}}"},
		{"autoscaling/v2\nkind: HorizontalPodAutoscaler", "{scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: app}}", "{scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: p-app}}"},
		{"autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler", "{targetRef: {apiVersion: apps/v1, kind: StatefulSet, name: db}}", "{targetRef: {apiVersion: apps/v1, kind: StatefulSet, name: p-db}}"},
		{"keda.sh/v1alpha1\nkind: ScaledObject", "{scaleTargetRef: {name: app}, triggers: [{authenticationRef: {name: prom}}]}", "{scaleTargetRef: {name: p-app}, triggers: [{authenticationRef: {name: p-prom}}]}"},
		{"monitoring.coreos.com/v1\nkind: ServiceMonitor", "{namespaceSelector: {matchNames: [old, x]}, endpoints: [{basicAuth: {password: {name: tls, key: k}}, tlsConfig: {ca: {configMap: {name: ca, key: k}}}}]}", "{namespaceSelector: {matchNames: [new, x]}, endpoints: [{basicAuth: {password: {name: p-tls, key: k}}, tlsConfig: {ca: {configMap: {name: p-ca, key: k}}}}]}"},
		{"cert-manager.io/v1\nkind: Certificate", "{issuerRef: {name: corp}, secretName: made, dnsNames: [web.old.svc]}", "{issuerRef: {name: p-corp}, secretName: made, dnsNames: [p-web.new.svc]}"},
		{"argoproj.io/v1alpha1\nkind: Rollout", "{workloadRef: {apiVersion: apps/v1, kind: Deployment, name: app}, strategy: {canary: {stableService: web, trafficRouting: {istio: {virtualService: {name: part}}}}}, template: {spec: {serviceAccountName: web, volumes: [{secret: {secretName: tls}}]}}}", "{workloadRef: {apiVersion: apps/v1, kind: Deployment, name: p-app}, strategy: {canary: {stableService: p-web, trafficRouting: {istio: {virtualService: {name: p-part}}}}}, template: {spec: {serviceAccountName: p-web, volumes: [{secret: {secretName: p-tls}}]}}}"},
		{"flagger.app/v1beta1\nkind: Canary", "{targetRef: {apiVersion: apps/v1, kind: Deployment, name: app}, service: {gateways: [edge]}}", "{targetRef: {apiVersion: apps/v1, kind: Deployment, name: p-app}, service: {gateways: [p-edge]}}"},
		{dr, "{host: app-canary}", "{host: p-app-canary}"}, // what Flagger makes
		{dr, "{host: traces-collector.old.svc}", "{host: p-traces-collector.new.svc}"},
		{ap, from("principals: [td/ns/old/sa/traces-collector]"), from("principals: [td/ns/new/sa/p-traces-collector]")},
		{deployment, "{template: {spec: {volumes: [{csi: {volumeAttributes: {secretProviderClass: vault}}}, {secret: {secretName: sealed}}, {secret: {secretName: tls}}]}}}", "{template: {spec: {volumes: [{csi: {volumeAttributes: {secretProviderClass: p-vault}}}, {secret: {secretName: p-sealed}}, {secret: {secretName: tls}}]}}}"}, // the last is kustomize's
		{"storage.azure.com/v1api20230101\nkind: StorageAccountsBlobService", "{owner: {name: blobs}, a: [{reference: {group: storage.azure.com, kind: StorageAccount, name: blobs}}], operatorSpec: {secrets: {k: {name: tls, key: k}}}, password: {name: tls, key: k}}", "{owner: {name: p-blobs}, a: [{reference: {group: storage.azure.com, kind: StorageAccount, name: p-blobs}}], operatorSpec: {secrets: {k: {name: tls, key: k}}}, password: {name: p-tls, key: k}}"},
		{ap, "{action: DENY, rules: [{to: [{operation: {hosts: [web, 'web:*', 'web:80', 'web.old:80', web.old.svc.cluster.local], notHosts: [web]}}]}]}", "{action: DENY, rules: [{to: [{operation: {hosts: [p-web, 'p-web:*', 'p-web:80', 'p-web.new:80', p-web.new.svc.cluster.local], notHosts: [p-web]}}]}]}"},
		{vs, "{http: [{match: [{authority: {exact: web}}], rewrite: {authority: web}}]}", "{http: [{match: [{authority: {exact: p-web}}], rewrite: {authority: p-web}}]}"},
		{deployment, env("s3://web/x file://web/x gs://web.old/x"), env("s3://web/x file://web/x gs://web.old/x")},
		{deployment, env("me@web, me@web.old, //web/x, /web.old/x"), env("me@web, me@web.old, //web/x, /web.old/x")},
		{deployment, env("redis://u:p@web:6379,grpc://web dns:///web:80 jdbc:postgresql://web:5432/x"), env("redis://u:p@p-web:6379,grpc://p-web dns:///p-web:80 jdbc:postgresql://p-web:5432/x")},
		{deployment, env("web:80,web.old.svc:81"), env("p-web:80,p-web.new.svc:81")},
		{deployment, env("--peers=web:80"), env("--peers=p-web:80")},
		{deployment, env("db-0.db.old.svc.cluster.local:27017"), env("p-db-0.p-db.new.svc.cluster.local:27017")},
		{deployment, env("a=b,k8s.namespace.name=old"), env("a=b,k8s.namespace.name=new")},
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
			"{}", stay, []string{"warning: no item carries its earlier name: nothing was renamed, or the host does not record it; then write spec.namePrefix, spec.nameSuffix or spec.namespace"}, "",
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
		"a domain of the cluster": {
			"{mergedNamespaces: Allow}", world + "---\n" + renamed(rule, "user-b") + "spec: {host: web.old.svc.k8s.example.com}\n---\n" + strings.Replace(renamed(rule, "user"), "namespace: new", "namespace: newer", 1) + "spec: {host: web}\n", nil, "p-web.new.svc.k8s.example.com",
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
			"{}", world + "---\n" + renamed(rule, "user") + "spec: {host: mail.old.svc.cluster.local}\n",
			[]string{"warning: spec.host: left as it is: no Service old/mail is among the items, and what was in old is in new now"}, "mail.old.svc.cluster.local",
		},
		"namespaces that became one": {
			"{keepNamespaces: []}", world + "---\n" + strings.ReplaceAll(renamed(rule, "user"), "old,old", "gate,gate") + "spec: {host: web.old.svc}\n",
			[]string{"error: spec.keepNamespaces: the namespace new now has what was in old and gate: kustomize's namespace: moves everything. Name those whose objects should go back, as in keepNamespaces: [gate], or write mergedNamespaces: Allow if all were meant to move"}, "web.old.svc",
		},
		"namespaces that became one, the last with a workload": {
			"{keepNamespaces: []}", strings.ReplaceAll(renamed(rule, "gate"), "old,old", "gate,gate") + "spec: {}\n---\n" + world + "---\n" + renamed("apps/v1\nkind: Deployment", "web") + "spec: {template: {spec: {containers: []}}}\n---\n" + renamed(rule, "user") + "spec: {host: web.old.svc}\n",
			[]string{"error: spec.keepNamespaces: the namespace new now has what was in gate and old: kustomize's namespace: moves everything. Name those whose objects should go back, as in keepNamespaces: [gate], or write mergedNamespaces: Allow if all were meant to move"}, "web.old.svc",
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
				`error: spec.keepNamespaces[2]: "gate" is repeated, first at spec.keepNamespaces[1]; remove one`,
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
		{"gateway.networking.k8s.io/v1\nkind: Gateway", "{listeners: [{tls: {certificateRefs: [{name: mail, namespace: old}]}}]}", "spec.listeners[0].tls.certificateRefs[0]: left as it is: no Secret old/mail"},
		{"gateway.networking.k8s.io/v1\nkind: Gateway", "{later: {namespaces: [old]}}", "spec.later.namespaces[0]: "},
		{ap, "{rules: [{from: [{source: {principals: ['*/sa/web']}}]}]}", "spec.rules[0].from[0].source.principals[0]: left as it is: */sa/web matches cluster.local/ns/old/sa/web, which is cluster.local/ns/new/sa/p-web now and is not matched any more: write a pattern of the new name"},
		{ap, "{rules: [{from: [{source: {notPrincipals: ['td/ns/old/sa/w*']}}]}]}", "spec.rules[0].from[0].source.notPrincipals[0]: "},
		{"networking.istio.io/v1\nkind: VirtualService", "{http: [{match: [{authority: {prefix: we}}]}]}", "spec.http[0].match[0].authority.prefix: left as it is: we matches web"},
		{"networking.istio.io/v1\nkind: VirtualService", "{http: [{match: [{authority: {regex: 'web(:[0-9]+)?'}}]}]}", "spec.http[0].match[0].authority.regex: left as it is: web(:[0-9]+)? matches web"},
		{"networking.istio.io/v1\nkind: VirtualService", "{hosts: [web.$(NS).svc]}", "spec.hosts[0]: left as it is: what $ means is not known here; if it is the namespace of Service new/p-web, the name is p-web now: write that"},
		{"networking.istio.io/v1\nkind: VirtualService", "{hosts: [WEB.old]}", "spec.hosts[0]: left as it is: "},
		{"apps/v1\nkind: Deployment", "{template: {spec: {containers: [{args: ['dial tcp web:80']}]}}}", "spec.template.spec.containers[0].args[0]: left as it is: it may name Service new/p-web, which was web: write p-web if it does"},
		{"example.com/v1\nkind: Later", "{backend: {secretName: tls, nothing: tls}}", "spec.backend.secretName: left as it is: this field is not among those that are known, and may name Secret new/p-tls, which was tls: write p-tls if it does"},
		{"example.com/v1\nkind: Later", "{a: [{serviceRef: {name: web}}]}", "spec.a[0].serviceRef.name: left as it is: "},
		{"example.com/v1\nkind: Later", "{a: {kind: Issuer, name: corp}}", "spec.a.name: left as it is: "},
		{"example.com/v1\nkind: Later", "{url: 'http://web.old.svc/x'}", "spec.url: left as it is: this field is not among those that are known; if \"http://web.old.svc/x\" names what has another name now, write \"http://p-web.new.svc/x\""},
		{"example.com/v1\nkind: Later", "{subject: spiffe://td/ns/old/sa/web}", "spec.subject: left as it is: "},
		{"example.com/v1\nkind: Later", "{a: [{name: web}], b: web, c: tls, labels: {app: web}, serviceAccountName: tls, secretName: web}", ""},
		{ap, "{rules: [{to: [{operation: {hosts: [old.example.com], paths: [/old/x]}}]}], selector: {matchLabels: {app: old}}}", ""},
	} {
		items := nodes(t, world+"---\n"+renamed(row.kind, "user")+"spec: "+row.spec+"\n")
		got := strings.Join(lines(transform(t, v1alpha1.MeshReferencesKind, "{}", items)), "\n")
		if row.want == "" && got != "" || row.want != "" && !strings.HasPrefix(got, "warning: "+row.want) {
			t.Errorf("%s: %s, want %s", row.spec, got, row.want)
		}
	}
}

// TestReferences_OwnNamespaceFirst has one base in two namespaces: a short name
// means what is beside the one who writes it.
func TestReferences_OwnNamespaceFirst(t *testing.T) {
	in := func(kind, namespace, spec string) string {
		return "apiVersion: " + kind + "\nmetadata:\n  name: web\n  namespace: " + namespace + "\n  annotations:\n    internal.config.kubernetes.io/previousNames: web\n    internal.config.kubernetes.io/previousNamespaces: default\n" + spec
	}
	const service, route = "v1\nkind: Service", "networking.istio.io/v1\nkind: VirtualService"
	items := nodes(t, strings.Join([]string{in(service, "a", ""), in(service, "b", ""), in(route, "a", "spec: {hosts: [web]}\n"), in(route, "b", "spec: {hosts: [web, web.default.svc]}\n")}, "---\n"))
	if findings := lines(transform(t, v1alpha1.MeshReferencesKind, "{}", items)); len(findings) > 0 {
		t.Errorf("%q", findings)
	}
	if got := encode(t, items[2]) + encode(t, items[3]); !strings.Contains(got, "{hosts: [web]}") || !strings.Contains(got, "{hosts: [web, web.b.svc]}") {
		t.Error(got)
	}
}

// TestReferences_Hashes names Secrets and ConfigMaps as kustomize does when the
// build ends; its own hash is the oracle.
func TestReferences_Hashes(t *testing.T) {
	for kind, data := range map[string]string{
		"Secret":    "type: kubernetes.io/tls\ndata: {tls.crt: Yw==, b: '<&>'}\nstringData: {x: y}\n",
		"ConfigMap": "data: {a: 'x', b: \"1\"}\nbinaryData: {c: Yw==}\n",
	} {
		text := strings.Replace(renamed("v1\nkind: "+kind, "made"), "    internal.config.kubernetes.io/prefixes: p-\n", "    internal.config.kubernetes.io/prefixes: p-\n    internal.config.kubernetes.io/needsHashSuffix: enabled\n", 1) + data
		want, err := (&hasher.Hasher{}).Hash(kyaml.MustParse(text))
		if err != nil {
			t.Fatal(err)
		}
		items := nodes(t, text+"---\n"+renamed("gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy", "user")+"spec: {validation: {caCertificateRefs: [{group: '', kind: "+kind+", name: made}]}}\n")
		plain := nodes(t, strings.NewReplacer("name: p-made", "name: made", "    internal.config.kubernetes.io/previousNames: made,p-made\n    internal.config.kubernetes.io/previousNamespaces: old,old\n", "").Replace(encode(t, items[0])+"---\n"+encode(t, items[1])))
		transform(t, v1alpha1.MeshReferencesKind, "{}", plain)
		if got := encode(t, plain[1]); !strings.Contains(got, "name: made-"+want+"}") {
			t.Errorf("nothing was renamed: want made-%s in\n%s", want, got)
		}
		for range 2 { // a second layer finds the names of the first
			transform(t, v1alpha1.MeshReferencesKind, "{}", items)
			if got := encode(t, items[1]); !strings.Contains(got, "name: p-made-"+want+"}") {
				t.Errorf("want p-made-%s in\n%s", want, got)
			}
		}
	}
}

// TestReferences_Credentials: a gateway's pods read Secrets in their own namespace.
func TestReferences_Credentials(t *testing.T) {
	elsewhere := func(s string) string {
		return strings.NewReplacer("old,old", "gate,gate", "namespace: new", "namespace: gate").Replace(s)
	}
	gateway := renamed("networking.istio.io/v1\nkind: Gateway", "user") + "spec: {selector: {app: gw}, servers: [{tls: {credentialName: cert}}]}\n"
	secret := elsewhere(renamed("v1\nkind: Secret", "cert"))
	workload := elsewhere(renamed("apps/v1\nkind: Deployment", "gw")) + "spec: {template: {metadata: {labels: {app: gw}}}}\n"
	for name, row := range map[string]struct{ items, want, finding string }{
		"the pods are here":     {secret + "---\n" + workload + "---\n" + gateway, "p-cert", ""},
		"the pods are not here": {secret + "---\n" + gateway, "cert", "warning: spec.servers[0].tls.credentialName: left as it is: it may mean Secret gate/p-cert, but the pods of this Gateway, which read the Secret in their own namespace, are not among the items: write p-cert if they are in gate"},
		"another namespace":     {renamed("v1\nkind: Secret", "cert") + "---\n" + workload + "---\n" + gateway, "cert", ""},
	} {
		items := nodes(t, row.items)
		findings := strings.Join(lines(transform(t, v1alpha1.MeshReferencesKind, "{}", items)), "\n")
		if got := encode(t, items[len(items)-1]); findings != row.finding || !strings.Contains(got, "credentialName: "+row.want+"}") {
			t.Errorf("%s: %q\n%s", name, findings, got)
		}
	}
}

// TestReferences_EditsNoFilesOfOthers: the words of a rule or a dashboard mean
// what they mean in a site's own files only.
func TestReferences_EditsNoFilesOfOthers(t *testing.T) {
	const data = "data: {rules.yaml: 'expr: up{namespace=\"old\"}'}\n"
	foreign := renamed("v1\nkind: ConfigMap", "user") + data
	own := strings.Replace(foreign, "metadata:\n", "metadata:\n  labels: {athens.gomods.io/site: old.web}\n", 1)
	for text, want := range map[string]string{foreign: `namespace="old"`, own: `namespace="new"`} {
		items := nodes(t, world+"---\n"+text)
		findings := transform(t, v1alpha1.MeshReferencesKind, "{}", items)
		if got := encode(t, items[len(items)-1]); !strings.Contains(got, want) || len(findings) != strings.Count(want, "old") {
			t.Errorf("want %s: %q\n%s", want, lines(findings), got)
		}
	}
}

// TestReferences_GatewayServices takes off the labels that kustomize adds to the
// selector of a Service whose pods are not in the build.
func TestReferences_GatewayServices(t *testing.T) {
	const policy = "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: gate, labels: {athens.gomods.io/site: a.b}}\nspec: {selector: {matchLabels: {istio: ingress}}}\n"
	for text, want := range map[string]string{
		"metadata: {name: a, namespace: gate, labels: {athens.gomods.io/site: a.b}}\nspec: {selector: {istio: ingress, team: a}}\n": "{selector: {istio: ingress}}",
		"metadata: {name: a, namespace: gate, labels: {athens.gomods.io/site: a.c}}\nspec: {selector: {istio: ingress, team: a}}\n": "{selector: {istio: ingress, team: a}}",
		"metadata: {name: a, namespace: gate}\nspec: {selector: {istio: ingress, team: a}}\n":                                       "{selector: {istio: ingress, team: a}}",
		"metadata: {name: a, namespace: gate, labels: {athens.gomods.io/site: a.b}}\nspec: {selector: {istio: other, team: a}}\n":   "{selector: {istio: other, team: a}}",
	} {
		items := nodes(t, policy+"---\napiVersion: v1\nkind: Service\n"+text)
		transform(t, v1alpha1.MeshReferencesKind, "{}", items)
		if got := encode(t, items[1]); !strings.Contains(got, want) {
			t.Errorf("want %s in\n%s", want, got)
		}
	}
}

// TestReferences_Strict makes warnings errors, and changes nothing then.
func TestReferences_Strict(t *testing.T) {
	text := world + "---\n" + renamed("networking.istio.io/v1\nkind: VirtualService", "user") + "spec: {hosts: [web, web.$(NS).svc]}\n"
	items := nodes(t, text)
	got := lines(transform(t, v1alpha1.MeshReferencesKind, "{strict: true}", items))
	if len(got) != 1 || !strings.HasPrefix(got[0], "error: spec.hosts[1]: ") || !strings.Contains(encode(t, items[len(items)-1]), "{hosts: [web, ") {
		t.Errorf("%q\n%s", got, encode(t, items[len(items)-1]))
	}
}

// TestReferences_NamesThatAreTooLong complains before the API server does.
func TestReferences_NamesThatAreTooLong(t *testing.T) {
	long := strings.Repeat("n", 62)
	items := nodes(t, renamed("v1\nkind: Service", long)+"---\n"+renamed("v1\nkind: Secret", long)+"---\n"+renamed("batch/v1\nkind: CronJob", long[:51]))
	want := []string{
		"error: metadata.name: p-" + long + " has 64 characters, and the name of a Service at most 63: shorten the prefix or the suffix",
		"error: metadata.name: p-" + long[:51] + " has 53 characters, and the name of a CronJob at most 52: shorten the prefix or the suffix",
	}
	if diff := cmp.Diff(want, lines(transform(t, v1alpha1.MeshReferencesKind, "{}", items))); diff != "" {
		t.Error(diff)
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
