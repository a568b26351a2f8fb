package diff

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/spectest"
)

var update = flag.Bool("update", false, "rewrite docs/diff-codes.md")

// A field that opens or weakens something is marked, no matter who wrote the object;
// its opposite is not.
func TestOpenings(t *testing.T) {
	pod := func(inside string) string {
		return "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: " + inside + "}}"
	}
	env := func(entry string) string { return pod("{containers: [{name: athens, env: [" + entry + "]}]}") }
	enforce := func(level string) string {
		return "kind: Namespace\nmetadata: {name: a, labels: {x: y" + level + "}}"
	}
	const restricted, baseline, privileged = ", pod-security.kubernetes.io/enforce: restricted", ", pod-security.kubernetes.io/enforce: baseline", ", pod-security.kubernetes.io/enforce: privileged"
	for _, c := range []struct {
		name, old, now string
		// code of the opening from old to now, and back: empty for none.
		code, back string
	}{
		{"pod security", enforce(restricted), enforce(privileged), podsUnrestricted, ""},
		{"pod security, one level", enforce(restricted), enforce(baseline), podsUnrestricted, ""},
		{"pod security, no level", enforce(baseline), enforce(""), podsUnrestricted, ""},
		{"a namespace that goes", enforce(""), "", namespaceGoes, ""},
		{"kept no more", "kind: Namespace\nmetadata: {name: a, annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}", "kind: Namespace\nmetadata: {name: a}", keptNoMore, ""},
		{"any host", "kind: Sidecar\nspec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}", "kind: Sidecar\nspec: {outboundTrafficPolicy: {mode: ALLOW_ANY}}", egressAny, ""},
		{"no mTLS", "kind: PeerAuthentication\nspec: {mtls: {mode: STRICT}}", "", plainAllowed, ""},
		{"a port without mTLS", "kind: PeerAuthentication\nspec: {mtls: {mode: STRICT}}", "kind: PeerAuthentication\nspec: {mtls: {mode: STRICT}, portLevelMtls: {3000: {mode: DISABLE}}}", plainAllowed, plainAllowed},
		{"an Ingress", "", "kind: Ingress\nspec: {rules: [{host: a.example.com}]}", doorOpened, ""},
		{"class of an Ingress", "kind: Ingress\nspec: {ingressClassName: internal}", "kind: Ingress\nspec: {ingressClassName: public}", doorOpened, doorOpened},
		{"annotation of an Ingress", "kind: Ingress\nmetadata: {name: a}", "kind: Ingress\nmetadata: {name: a, annotations: {nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8}}", doorOpened, doorOpened},
		{"no more HTTPS", "kind: Ingress\nspec: {tls: [{secretName: a}]}", "kind: Ingress\nspec: {x: 1}", doorOpened, doorOpened},
		{"a load balancer", "kind: Service\nspec: {type: ClusterIP}", "kind: Service\nspec: {type: LoadBalancer}", doorOpened, ""},
		{"one more host", "kind: Gateway\nspec: {servers: [{hosts: [a]}]}", "kind: Gateway\nspec: {servers: [{hosts: [a, b]}]}", doorOpened, ""},
		{"one more port", "kind: Gateway\nspec: {servers: [{hosts: [a], port: {number: 443}}]}", "kind: Gateway\nspec: {servers: [{hosts: [a], port: {number: 443}}, {hosts: [a], port: {number: 80}}]}", doorOpened, ""},
		{"plain HTTP at the gateway", "kind: Gateway\nspec: {servers: [{port: {number: 80}, tls: {httpsRedirect: true}}]}", "kind: Gateway\nspec: {servers: [{port: {number: 80}}]}", doorOpened, ""},
		{"no more HSTS", "kind: VirtualService\nspec: {http: [{name: a, headers: {response: {set: {strict-transport-security: max-age=1}}}}]}", "kind: VirtualService\nspec: {http: [{name: a}]}", connectionUnsafe, ""},
		{"plain HTTP redirected at Front Door", "kind: Route\nspec: {supportedProtocols: [Https], httpsRedirect: Disabled}", "kind: Route\nspec: {supportedProtocols: [Http, Https], httpsRedirect: Enabled}", firewallOpened, ""},
		{"plain HTTP at Front Door", "kind: Route\nspec: {supportedProtocols: [Http, Https], httpsRedirect: Enabled}", "kind: Route\nspec: {supportedProtocols: [Http, Https], httpsRedirect: Disabled}", firewallOpened, ""},
		{"online", env("{name: ATHENS_NETWORK_MODE, value: offline}"), env("{name: ATHENS_NETWORK_MODE, value: strict}"), modulesUnchecked, ""},
		{"online by default", env("{name: ATHENS_NETWORK_MODE, value: offline}"), env(""), modulesUnchecked, ""},
		{"no filter", env("{name: ATHENS_FILTER_FILE, value: a}"), env(""), modulesUnchecked, ""},
		{"a filter with less in it", "kind: ConfigMap\ndata: {filter.conf: \"-\\n+ a\\n\"}", "kind: ConfigMap\ndata: {filter.conf: \"-\\n+ a\\n+ b\\n\"}", modulesUnchecked, ""},
		{"no validator", env("{name: ATHENS_PROXY_VALIDATOR, value: a}"), env(""), modulesUnchecked, ""},
		{"other databases", env("{name: ATHENS_SUM_DBS, value: a}"), env("{name: ATHENS_SUM_DBS, value: b}"), modulesUnchecked, modulesUnchecked},
		{"GOVCS", env("{name: ATHENS_GO_BINARY_ENV_VARS, value: 'GOPROXY=direct;GOVCS=*:git'}"), env("{name: ATHENS_GO_BINARY_ENV_VARS, value: GOPROXY=direct}"), modulesUnchecked, ""},
		{"GOINSECURE", env("{name: ATHENS_GO_BINARY_ENV_VARS, value: GOPROXY=direct}"), env("{name: ATHENS_GO_BINARY_ENV_VARS, value: 'GOPROXY=direct;GOINSECURE=a'}"), modulesUnchecked, ""},
		{"MinIO without TLS", env("{name: ATHENS_MINIO_USE_SSL, value: 'true'}"), env(""), connectionUnsafe, ""},
		{"Redis without TLS", env("{name: ATHENS_REDIS_ENDPOINT, value: 'rediss://a@r:1'}"), env("{name: ATHENS_REDIS_ENDPOINT, value: 'r:1'}"), connectionUnsafe, ""},
		{"Redis without TLS, by URL", env("{name: ATHENS_REDIS_ENDPOINT, value: 'rediss://a@r:1'}"), env("{name: ATHENS_REDIS_ENDPOINT, value: 'redis://a@r:1'}"), connectionUnsafe, ""},
		{"one server of etcd without TLS", env("{name: ATHENS_ETCD_ENDPOINTS, value: 'https://a:1,https://b:1'}"), env("{name: ATHENS_ETCD_ENDPOINTS, value: 'https://a:1,b:1'}"), connectionUnsafe, ""},
		{"PostgreSQL, any certificate", env("{name: ATHENS_INDEX_POSTGRES_PARAMS, value: 'connect_timeout:30,sslmode:verify-full'}"), env("{name: ATHENS_INDEX_POSTGRES_PARAMS, value: 'sslmode:require'}"), connectionUnsafe, ""},
		{"MySQL, any certificate", env("{name: ATHENS_INDEX_MYSQL_PARAMS, value: 'tls:true'}"), env("{name: ATHENS_INDEX_MYSQL_PARAMS, value: 'tls:skip-verify'}"), connectionUnsafe, ""},
		{"Redis without a password", env("{name: ATHENS_REDIS_PASSWORD, valueFrom: {secretKeyRef: {name: a, key: b}}}"), env(""), connectionUnsafe, ""},
		{"the image's authorities too", env("{name: SSL_CERT_FILE, value: /etc/athens/trust/0.crt}"), env(""), connectionUnsafe, connectionUnsafe},
		{"one more authority", pod("{volumes: [{name: trust, projected: {sources: [{configMap: {name: a}}]}}]}"), pod("{volumes: [{name: trust, projected: {sources: [{configMap: {name: a}}, {configMap: {name: b}}]}}]}"), connectionUnsafe, connectionUnsafe},
		{"the image's authorities too, in one file", pod("{initContainers: [{name: trust, command: [sh, Exclude]}]}"), pod("{initContainers: [{name: trust, command: [sh, Include]}]}"), connectionUnsafe, connectionUnsafe},
		{"HTTP", env("{name: ATHENS_GLOBAL_ENDPOINT, value: 'https://a'}"), env("{name: ATHENS_GLOBAL_ENDPOINT, value: 'http://a'}"), connectionUnsafe, ""},
		{"a flag with HTTP", pod("{containers: [{name: a, args: ['--upstream=https://a']}]}"), pod("{containers: [{name: a, args: ['--upstream=http://a']}]}"), connectionUnsafe, ""},
		{"TLS of an exporter", "kind: OpenTelemetryCollector\nspec: {config: {exporters: {otlp: {endpoint: a}}}}", "kind: OpenTelemetryCollector\nspec: {config: {exporters: {otlp: {endpoint: a, tls: {insecure: true}}}}}", connectionUnsafe, connectionUnsafe},
		{"another account", pod("{serviceAccountName: a}"), pod("{serviceAccountName: b}"), rightsChange, rightsChange},
		{"a binding", "", "kind: ClusterRoleBinding\nsubjects: [{kind: ServiceAccount, name: a}]", rightsChange, ""},
		{"another role in the cloud", "kind: ServiceAccount\nmetadata: {annotations: {eks.amazonaws.com/role-arn: a}}", "kind: ServiceAccount\nmetadata: {annotations: {eks.amazonaws.com/role-arn: b}}", rightsChange, rightsChange},
		{"a note at an account", "kind: ServiceAccount\nmetadata: {annotations: {example.com/owner: a, eks.amazonaws.com/sts-regional-endpoints: 'true'}}", "kind: ServiceAccount\nmetadata: {annotations: {example.com/owner: b}}", "", ""},
		{"privileged", pod("{containers: [{name: a, securityContext: {privileged: false}}]}"), pod("{containers: [{name: a, securityContext: {privileged: true}}]}"), podsUnrestricted, ""},
		{"root", pod("{securityContext: {runAsNonRoot: true}}"), pod("{x: 1}"), podsUnrestricted, ""},
		{"root, in a bare Pod", "apiVersion: v1\nkind: Pod\nspec: {securityContext: {runAsNonRoot: true}}", "apiVersion: v1\nkind: Pod\nspec: {x: 1}", podsUnrestricted, ""},
		{"no sidecar", "kind: Deployment\nspec: {template: {metadata: {labels: {a: b}}}}", "kind: Deployment\nspec: {template: {metadata: {labels: {a: b, sidecar.istio.io/inject: 'false'}}}}", podsUnrestricted, ""},
		{"the firewall only looks", "kind: WebApplicationFirewallPolicy\nspec: {policySettings: {mode: Prevention}}", "kind: WebApplicationFirewallPolicy\nspec: {policySettings: {mode: Detection}}", firewallOpened, ""},
		{"the firewall is off", "kind: WebApplicationFirewallPolicy\nspec: {policySettings: {enabledState: Enabled}}", "kind: WebApplicationFirewallPolicy\nspec: {policySettings: {enabledState: Disabled}}", firewallOpened, ""},
		{"no rule", "kind: WebApplicationFirewallPolicy\nspec: {customRules: {rules: [{name: a}]}}", "kind: WebApplicationFirewallPolicy\nspec: {x: 1}", firewallOpened, ""},
		{"no firewall", "kind: SecurityPolicy\nspec: {x: 1}", "", firewallOpened, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			old, now := objectOf(t, c.old), objectOf(t, c.now)
			for _, way := range []struct {
				old, now *Object
				want     string
			}{{old, now, c.code}, {now, old, c.back}} {
				var got []string
				for _, o := range openings(way.old, way.now) {
					if strings.TrimSpace(o.words) == "" || len(o.at) == 0 {
						t.Errorf("an opening without words or place: %+v", o)
					}
					got = append(got, o.code)
				}
				if strings.Join(got, " ") != way.want {
					t.Errorf("got %q, want %q", got, way.want)
				}
			}
		})
	}
}

// objectOf reads a manifest; nil of nothing.
func objectOf(t *testing.T, manifest string) *Object {
	t.Helper()
	if manifest == "" {
		return nil
	}
	o, err := Read(spectest.Node(t, manifest))
	if err != nil {
		t.Fatal(err)
	}
	return &o
}

// A pipeline stops at the kinds that it names.
func TestGate(t *testing.T) {
	lost := []Report{{Groups: []Group{{Routes, []Change{change(answerLost, "a")}}}}}
	other := []Report{{Groups: []Group{{Routes, []Change{change(answerOther, "a")}}}}}
	for _, c := range []struct {
		text        string
		lost, other bool
	}{
		{"", true, true},
		{"AD101", true, false},
		{"ad103, AD501", false, true},
		{"warnings", true, false},
		{"AD103,warnings", true, true},
	} {
		gate, err := GateOf(c.text)
		if err != nil || gate.Stops(lost) != c.lost || gate.Stops(other) != c.other || gate.Stops(nil) {
			t.Errorf("%q: %t and %t, %v", c.text, gate.Stops(lost), gate.Stops(other), err)
		}
	}
	for _, wrong := range []string{"AD000", "AK101", "AD101,", "warning"} {
		if _, err := GateOf(wrong); err == nil {
			t.Errorf("%q is taken for a code", wrong)
		}
	}
}

// Each kind has a page, and no code means two things.
func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	last := ""
	for _, k := range Kinds() {
		if seen[k.Code] || k.Code <= last || k.Title == "" || !strings.HasPrefix(k.Code, "AD") {
			t.Errorf("%s: repeated, out of order, or without a title", k.Code)
		}
		if k.Warning && (k.Why == "" || k.Do == "") {
			t.Errorf("%s: a warning says why and what to do", k.Code)
		}
		seen[k.Code], last = true, k.Code
		if found, ok := KindOf(strings.ToLower(k.Code)); !ok || found != k {
			t.Errorf("%s is not found", k.Code)
		}
	}
	file := filepath.Join("..", "..", "docs", "diff-codes.md")
	if *update {
		if err := os.WriteFile(file, []byte(Index()), 0o644); err != nil { //nolint:gosec // a page that is in the repository
			t.Fatal(err)
		}
	}
	if page, err := os.ReadFile(file); err != nil || string(page) != Index() {
		t.Errorf("%s is not fresh: run the test with -update: %v", file, err)
	}
	for _, g := range guards() {
		if k, _ := KindOf(g.code); !k.Warning {
			t.Errorf("%s of %s is not a warning", g.code, g.path)
		}
	}
}
