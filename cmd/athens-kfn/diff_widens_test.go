package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every change that lets more in or out than before, or whose path hurts, has a
// line that is marked.
func TestDiff_MarksWhatWidens(t *testing.T) {
	const (
		listed  = "athens: {upstream: {goproxy: \"https://mirror.example.com\"}}"
		private = "athens: {upstream: {goproxy: \"https://mirror.example.com\"}, private: {patterns: [github.com/acme/*, git.example.com/*]}}"
		stored  = "athens: {storage: {azureBlob: {account: acc, container: gomods, credentials: {secretRef: {name: blob}}}}"
		ingress = "mesh: {mode: None}\ngateway: {ingress: {className: internal}, annotations: {example.com/allow: office}, tls: {secretName: tls}}"
		door    = "edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}"
		jwt     = `jwt: {issuer: "https://ci.example.com", audiences: [goproxy], jwksURI: "https://ci.example.com/keys", claims: [{name: owner, values: [acme]}]}`
	)
	for _, c := range []struct{ name, before, after, want string }{
		{"egress mode", listed, listed + "\negress: {mode: Open}", "outboundTrafficPolicy.mode"},
		{"egress allows a host", listed, listed + "\negress: {allow: [{host: vanity.example.org}]}", "egress to vanity.example.org:443"},
		{"egress allows a port", listed + "\negress: {allow: [{host: vanity.example.org}]}", listed + "\negress: {allow: [{host: vanity.example.org, ports: [443, 8443]}]}", "egress to vanity.example.org:8443"},
		{"egress allows a range", listed, listed + "\negress: {allow: [{cidr: 10.1.0.0/16}]}", "10.1.0.0/16"},
		{"a wider range", "egress: {allow: [{cidr: 10.1.0.0/16}]}", "egress: {allow: [{cidr: 10.0.0.0/8}]}", "10.0.0.0/8"},
		{"catalog clients", "", "gateway: {catalogClients: [{name: eus, cidrs: [203.0.113.7/32]}]}", "203.0.113.7/32"},
		{"wider catalog clients", "gateway: {catalogClients: [{name: eus, cidrs: [203.0.113.7/32]}]}", "gateway: {catalogClients: [{name: eus, cidrs: [203.0.113.0/24]}]}", "203.0.113.0/24"},
		{"clients: everybody", "gateway: {clients: [{name: a, cidrs: [203.0.113.0/24]}]}", "", "sa/istio-ingressgateway-service-account may GET"},
		{"clients: one more entry", "gateway: {clients: [{name: a, cidrs: [203.0.113.0/24]}]}", "gateway: {clients: [{name: a, cidrs: [203.0.113.0/24]}, {name: ci, " + jwt + "}]}", "with a token of https://ci.example.com/*"},
		{"clients: a wider range", "gateway: {clients: [{name: a, cidrs: [203.0.113.0/24]}]}", "gateway: {clients: [{name: a, cidrs: [203.0.112.0/23]}]}", "203.0.112.0/23"},
		{"clients: one part less", "gateway: {clients: [{name: ci, cidrs: [203.0.113.0/24], " + jwt + "}]}", "gateway: {clients: [{name: ci, " + jwt + "}]}", "with a token of https://ci.example.com/*"},
		{"clients: another audience", "gateway: {clients: [{name: ci, " + jwt + "}]}", "gateway: {clients: [{name: ci, " + strings.Replace(jwt, "[goproxy]", "[goproxy, x]", 1) + "}]}", "goproxy or x"},
		{"clients: no claim", "gateway: {clients: [{name: ci, " + jwt + "}]}", "gateway: {clients: [{name: ci, " + strings.Replace(jwt, ", claims: [{name: owner, values: [acme]}]", "", 1) + "}]}", "is goproxy"},
		{"clients: other keys", "gateway: {clients: [{name: ci, " + jwt + "}]}", "gateway: {clients: [{name: ci, " + strings.Replace(jwt, "/keys", "/others", 1) + "}]}", "who has the keys there"},
		{"no authorizer", "gateway: {extAuthz: {provider: opa}}", "", "needs the consent of opa"},
		{"another authorizer", "gateway: {extAuthz: {provider: opa}}", "gateway: {extAuthz: {provider: other}}", "needs the consent of opa"},
		{"no NetworkPolicies", "", "networkPolicies: {enabled: false}", "NetworkPolicy"},
		{"a DNS server", "", "networkPolicies: {dns: [{namespace: kube-system}]}", "every pod in kube-system"},
		{"no runtime of their own", "pods: {runtimeClassName: gvisor}", "", "the node's own runtime runs the pod"},
		{"no mesh", "", "mesh: {mode: None}\ngateway: {ingress: {}}", "mesh"},
		{"no password", "athens: {basicAuth: {secretRef: {name: users}}}", "", "a user and a password"},
		{"no Front Door", door, "", "x-azure-fdid"},
		{"another Front Door", door, "edge: {frontDoor: {id: 22222222-2222-3333-4444-555555555555}}", "x-azure-fdid"},
		{"one more private pattern, one more host", private, strings.Replace(private, "git.example.com", "git.example.com/*, git.example.org", 1), "egress to git.example.org:443"},
		{"a private pattern is gone", private, strings.Replace(private, ", git.example.com/*", "", 1), "git.example.com/*"},
		{"no private pattern", private, listed, "checksum database"},
		{"an Ingress", "mesh: {mode: None}", ingress, "AD213 + Ingress"},
		{"class of the Ingress", ingress, strings.Replace(ingress, "internal", "public", 1), "ingressClassName"},
		{"TLS of the Ingress", ingress, strings.Replace(ingress, "{secretName: tls}", "{}", 1), "spec.tls"},
		{"annotations of the Ingress", ingress, strings.Replace(ingress, "office", "anyone", 1), "example.com/allow"},
		{"networkMode", stored + ", networkMode: Offline}", stored + "}", "AD219"},
		{"no filter", stored + ", upstream: {goproxy: 'https://mirror.example.com'}, filter: \"+\\n- example.com\\n\"}", stored + ", upstream: {goproxy: 'https://mirror.example.com'}}", "ATHENS_FILTER_FILE"},
		{"a filter with less in it", stored + ", filter: \"+\\n- example.com\\n- example.org\\n\"}", stored + ", filter: \"+\\n- example.com\\n\"}", "filter.conf"},
		{"no validator", stored + ", validatorHook: 'https://hook.example.com'}", stored + "}", "ATHENS_PROXY_VALIDATOR"},
		{"GOVCS", stored + ", upstream: {goEnv: {GOVCS: '*:git'}}}", stored + "}", "GOVCS changes"},
		{"GOINSECURE", stored + "}", stored + ", upstream: {goEnv: {GOINSECURE: git.example.com}}}", "GOINSECURE has more in it"},
		{"checksum databases", stored + "}", stored + ", upstream: {sumDBs: ['https://sum.example.com']}}", "ATHENS_SUM_DBS"},
		{"MinIO without TLS", "athens: {storage: {minio: {endpoint: 'minio.example.com:9000', bucket: gomods, tls: {}, credentials: {secretRef: {name: minio}}}}}", "athens: {storage: {minio: {endpoint: 'minio.example.com:9000', bucket: gomods, credentials: {secretRef: {name: minio}}}}}", "ATHENS_MINIO_USE_SSL"},
		{"Redis without a password", stored + ", singleFlight: {redis: {endpoints: ['redis.example.com:6379'], password: {secretRef: {name: redis}}}}}", stored + ", singleFlight: {redis: {endpoints: ['redis.example.com:6379']}}}", "ATHENS_REDIS_PASSWORD"},
		{"logs without TLS", "logs: {openTelemetry: {namespace: obs, exporter: {endpoint: 'logs.example.com:4317'}}}", "logs: {openTelemetry: {namespace: obs, exporter: {endpoint: 'logs.example.com:4317', tls: {enabled: false}}}}", "exporters.otlp.tls"},
		{"another gateway", "", "gateway: {istio: {workload: {serviceAccountName: other}}}", "+ cluster.local/ns/istio-system/sa/other may GET"},
		{"another trust domain", "", "mesh: {trustDomain: acme.example.com}", "+ acme.example.com/ns/istio-system/sa/"},
		{"the namespace of others", "", "namespace: {create: false}", "AD007"},
		{"pod security", "", "namespace: {podSecurity: privileged}", "pod-security.kubernetes.io/enforce"},
		{"another account", "", "athens: {serviceAccount: {create: false, name: cluster-admin}}", "AD305"},
		{"one more region", "regions: [{name: west}]", "regions: [{name: west}, {name: east}]", "+ region east"},
		{"a revision of the mesh", "mesh: {revision: asm-1-27}\nlogs: {access: {provider: json}}", "mesh: {revision: asm-1-28}\nlogs: {access: {provider: json}}", "aks-istio-system/istio-shared-configmap-asm-1-28) must exist first"},
		{"several revisions of the mesh", "mesh: {revision: asm-1-27}", "mesh: {revision: asm-1-30}", "from asm-1-27 go to asm-1-29 first"},
		{"a larger disk", "", "athens: {storage: {disk: {size: 20Gi}}}", "AD503"},
		{"a smaller disk", "", "athens: {storage: {disk: {size: 5Gi}}}", "AD504"},
		{"another class", "", "athens: {storage: {disk: {storageClassName: fast}}}", "AD504"},
		{"another access mode", "", "athens: {storage: {disk: {accessMode: ReadWriteMany}}}", "AD504"},
		{"an autoscaler", strings.Replace(stored, "{", "{replicas: 6, ", 1) + "}", strings.Replace(stored, "{", "{replicas: 3, autoscaling: {maxReplicas: 10}, ", 1) + "}", "AD402"},
		{"one pod that stops first", "athens: {logLevel: info}", "athens: {logLevel: debug}", "AD602"},
	} {
		stdout, stderr := diffOfSpecs(t, c.before, c.after)
		found := false
		for line := range strings.Lines(stdout) {
			found = found || strings.HasPrefix(strings.TrimSpace(line), "!") && strings.Contains(line, c.want)
		}
		if !found {
			t.Errorf("%s: no line is marked and has %q:\n%s%s", c.name, c.want, stdout, stderr)
		}
	}
}

// Clients that are fewer than before widen nothing.
func TestDiff_FewerClientsAreNotMarked(t *testing.T) {
	const ci = `{name: ci, jwt: {issuer: "https://ci.example.com", audiences: [goproxy], jwksURI: "https://ci.example.com/keys"}}`
	for _, c := range []struct{ before, after string }{
		{"", "gateway: {clients: [" + ci + "]}"},
		{"", "gateway: {clients: [{name: a, cidrs: [203.0.113.0/24]}], extAuthz: {provider: opa}}"},
		{"edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}", "edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}\ngateway: {clients: [" + ci + "]}"},
		{"gateway: {clients: [{name: a, cidrs: [203.0.113.0/24]}, " + ci + "]}", "gateway: {clients: [" + ci + "]}"},
		{"gateway: {clients: [" + ci + "]}", "gateway: {clients: [" + strings.Replace(ci, "name: ci", "name: ci, cidrs: [203.0.113.0/24]", 1) + "]}"},
	} {
		stdout, stderr := diffOfSpecs(t, c.before, c.after)
		if !strings.Contains(stdout, "AD20") || strings.Contains(stdout, "AD201") || strings.Contains(stdout, "AD202") {
			t.Errorf("from %q to %q:\n%s%s", c.before, c.after, stdout, stderr)
		}
	}
}

// The permissions of a program that is new are its own: nothing is wider for
// others.
func TestDiff_NewProgramsBringTheirPermissions(t *testing.T) {
	for _, off := range []string{"lathens: {enabled: false}", "crathens: {enabled: false}"} {
		stdout, stderr := diffOfSpecs(t, off, "")
		if !strings.Contains(stdout, "AD203 + ") || strings.Contains(stdout, "AD201") {
			t.Errorf("without %s:\n%s%s", off, stdout, stderr)
		}
	}
}

// diffOfSpecs compares two sites, each given by what follows its host.
func diffOfSpecs(t *testing.T, before, after string) (stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	for name, spec := range map[string]string{"old.yaml": before, "new.yaml": after} {
		file := filepath.Join(dir, name)
		text := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n  " + strings.ReplaceAll(spec, "\n", "\n  ") + "\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, stdout, stderr = runWith([]string{"diff", filepath.Join(dir, "old.yaml"), filepath.Join(dir, "new.yaml")}, "")
	return stdout, stderr
}
