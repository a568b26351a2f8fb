package cluster

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// needy is a site that needs much of its cluster.
const needy = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: needy}
spec:
  host: goproxy.example.com
  namespace: {create: false}
  athens:
    storage: {disk: {storageClassName: fast}}
    private: {patterns: [git.example.com/*], netrc: {secretRef: {name: netrc}}}
  tracing: {provider: otel, collector: {serviceRef: {name: otel, namespace: monitoring}}}
`

// mesh is an Istio as far as a cluster shows it, and what else needy needs.
const mesh = `apiVersion: v1
kind: Namespace
metadata: {name: needy, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
---
apiVersion: v1
kind: Service
metadata: {name: otel, namespace: monitoring}
spec: {ports: [{name: grpc, port: 4317}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "extensionProviders: [{name: otel}]"}
---
apiVersion: v1
kind: Secret
metadata: {name: goproxy-tls, namespace: istio-system}
stringData: {tls.crt: a, tls.key: b}
---
apiVersion: v1
kind: Secret
metadata: {name: netrc, namespace: needy}
stringData: {.netrc: a}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: istio-ingressgateway-service-account, namespace: istio-system}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: kwok.x-k8s.io/volume
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector, labels: {app: sidecar-injector, istio.io/rev: default}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod, istio.io/rev: default}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.31.1-distroless"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istio-ingressgateway, namespace: istio-system}
spec:
  selector: {matchLabels: {istio: ingressgateway}}
  template:
    metadata: {labels: {istio: ingressgateway}}
    spec: {serviceAccountName: istio-ingressgateway-service-account, containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: istio-cni-node, namespace: istio-system, labels: {k8s-app: istio-cni-node}}
spec:
  selector: {matchLabels: {k8s-app: istio-cni-node}}
  template:
    metadata: {labels: {k8s-app: istio-cni-node}}
    spec: {containers: [{name: install-cni, image: docker.io/istio/install-cni}]}
`

// TestCheckCluster_NamesWhatIsTakenAway takes one thing at a time away from a
// cluster that has everything.
func TestCheckCluster_NamesWhatIsTakenAway(t *testing.T) {
	file := filepath.Join(t.TempDir(), "site.yaml")
	if err := os.WriteFile(file, []byte(needy), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := func() {
		t.Helper()
		kubectl(t, mesh, "apply", "-f", "-")
		for _, program := range []string{"deployment/istiod", "deployment/istio-ingressgateway", "daemonset/istio-cni-node"} {
			kubectl(t, "", "-n", "istio-system", "rollout", "status", program, "--timeout=60s")
		}
	}
	whole()
	defer func() {
		_, _ = answer(mesh, "kubectl", "delete", "--ignore-not-found", "-f", "-")
	}()
	if code, out := check(t, file); code != 0 {
		t.Fatalf("a cluster that has everything: exit code %d\n%s", code, out)
	}
	const provider = "extension provider otel does not exist"
	for _, c := range []struct {
		take string
		want []string
	}{
		{"label namespace needy istio-injection-", []string{"Namespace needy injects no sidecar"}},
		{"-n monitoring delete service otel", []string{"Service monitoring/otel does not exist"}},
		{"-n istio-system delete configmap istio", []string{"ConfigMap istio-system/istio does not exist", provider}},
		{`-n istio-system patch configmap istio -p {"data":{"mesh":"trustDomain:\u0020example.com"}}`, []string{"the mesh's trust domain is example.com", provider}},
		{`-n istio-system patch configmap istio -p {"data":{"mesh":""}}`, []string{provider}},
		{"-n istio-system delete secret goproxy-tls", []string{"Secret istio-system/goproxy-tls does not exist"}},
		{`-n needy patch secret netrc --type=json -p [{"op":"remove","path":"/data/.netrc"}]`, []string{"Secret needy/netrc has no key .netrc"}},
		{"delete storageclass fast", []string{"StorageClass fast does not exist"}},
		{"delete mutatingwebhookconfiguration istio-sidecar-injector", []string{"Istio's revision default injects no sidecars"}},
		{"-n istio-system set image deployment/istiod discovery=docker.io/istio/pilot:1.20.0", []string{"Istio is 1.20.0"}},
		{"-n istio-system delete deployment istio-ingressgateway --cascade=foreground", []string{"no pod with the labels istio=ingressgateway runs in istio-system"}},
		{"-n istio-system delete serviceaccount istio-ingressgateway-service-account", []string{"ServiceAccount istio-system/istio-ingressgateway-service-account does not exist"}},
		{"-n istio-system delete daemonset istio-cni-node", []string{"Istio's CNI plugin does not run"}},
	} {
		kubectl(t, "", strings.Fields(c.take)...)
		code, out := check(t, file)
		if code != 1 || strings.Count(out, "\n    "+file) != len(c.want) {
			t.Errorf("%s: exit code %d, and not %d findings\n%s", c.take, code, len(c.want), out)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no finding %q\n%s", c.take, want, out)
			}
		}
		whole()
	}
	if code, out := check(t, file, "KUBECONFIG="+filepath.Join(cluster.dir, "nobody")); code != 3 || !strings.Contains(out, "Secret needy/netrc: kubectl: Error from server (Forbidden)") {
		t.Errorf("without rights: exit code %d\n%s", code, out)
	}
}

// check runs athens-kfn check --cluster, and returns its errors and what is
// unknown: warnings are about the spec.
func check(t *testing.T, file string, env ...string) (code int, out string) {
	t.Helper()
	cmd := command("", "athens-kfn", "check", "--cluster", file)
	cmd.Env = append(cmd.Env, env...)
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	keep := false
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "    ") {
			keep = strings.HasPrefix(line, "✗ AK") || strings.HasPrefix(line, "? AK")
		}
		if keep {
			out += "\n" + strings.TrimRight(line, "\n")
		}
	}
	return cmd.ProcessState.ExitCode(), out
}
