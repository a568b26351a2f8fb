package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCheckCluster_NamesWhatIsTakenAway takes one thing at a time away from a cluster
// that has everything. Not taken away: the version of Kubernetes, which is the API
// server's own, and the stores and issuers of operators, which are looked up like any
// other object.
func TestCheckCluster_NamesWhatIsTakenAway(t *testing.T) {
	needs, uses, plain := file(t, needy), file(t, claims), file(t, siteWith(""))
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
	for _, file := range []string{needs, uses, plain} {
		if code, out := check(t, file); code != 0 {
			t.Fatalf("a cluster that has everything: exit code %d\n%s", code, out)
		}
	}
	const provider = "extension provider otel does not exist"
	const unserved = `patch crd destinationrules.networking.istio.io --type=json -p [{"op":"replace","path":"/spec/versions/0/served","value":%s}]`
	for _, c := range []struct {
		file string
		// take are commands, undo those that mesh does not undo.
		take, undo []string
		want       []string
	}{
		{needs, []string{"label namespace needy istio-injection-"}, nil, []string{"Namespace needy injects no sidecar"}},
		{needs, []string{"label namespace needy istio-injection=disabled --overwrite"}, nil, []string{"Namespace needy injects no sidecar"}},
		{needs, []string{"label namespace needy istio.io/rev=canary istio-injection-"}, []string{"label namespace needy istio.io/rev-"}, []string{"Namespace needy injects no sidecar"}},
		{needs, []string{"delete namespace needy"}, nil, []string{"Namespace needy does not exist", "Secret needy/registry does not exist", "Secret needy/netrc does not exist", "ConfigMap needy/corp-ca does not exist"}},
		{needs, []string{"-n monitoring delete service otel"}, nil, []string{"Service monitoring/otel does not exist"}},
		{needs, []string{"-n istio-system delete configmap istio"}, nil, []string{"ConfigMap istio-system/istio does not exist", provider}},
		{needs, []string{`-n istio-system patch configmap istio -p {"data":{"mesh":"trustDomain:\u0020example.com"}}`}, nil, []string{"the mesh's trust domain is example.com", provider}},
		{needs, []string{`-n istio-system patch configmap istio -p {"data":{"mesh":""}}`}, nil, []string{provider}},
		{needs, []string{"-n istio-system delete secret goproxy-tls"}, nil, []string{"Secret istio-system/goproxy-tls does not exist"}},
		{needs, []string{`-n istio-system patch secret goproxy-tls --type=json -p [{"op":"remove","path":"/data/tls.key"}]`}, nil, []string{"Secret istio-system/goproxy-tls has no key tls.key"}},
		{needs, []string{`-n needy patch secret netrc --type=json -p [{"op":"remove","path":"/data/.netrc"}]`}, nil, []string{"Secret needy/netrc has no key .netrc"}},
		{needs, []string{"-n needy delete secret registry"}, nil, []string{"Secret needy/registry does not exist"}},
		{needs, []string{"-n needy delete configmap corp-ca"}, nil, []string{"ConfigMap needy/corp-ca does not exist"}},
		{needs, []string{`-n needy patch configmap corp-ca --type=json -p [{"op":"remove","path":"/data/ca.crt"}]`}, nil, []string{"ConfigMap needy/corp-ca has no key ca.crt"}},
		{needs, []string{"delete priorityclass platform"}, nil, []string{"PriorityClass platform does not exist"}},
		{needs, []string{"delete runtimeclass gvisor"}, nil, []string{"RuntimeClass gvisor does not exist"}},
		{needs, []string{"delete storageclass fast"}, nil, []string{"StorageClass fast does not exist"}},
		{plain, []string{"annotate storageclass kwok-volume storageclass.kubernetes.io/is-default-class-"}, []string{"annotate storageclass kwok-volume storageclass.kubernetes.io/is-default-class=true"}, []string{"no StorageClass is the default"}},
		{uses, []string{"-n needy delete serviceaccount athens"}, nil, []string{"ServiceAccount needy/athens does not exist"}},
		{uses, []string{"-n needy delete persistentvolumeclaim modules"}, nil, []string{"PersistentVolumeClaim needy/modules does not exist"}},
		{uses, []string{"-n istio-system delete gateways.networking.istio.io shared"}, nil, []string{"Gateway istio-system/shared does not exist"}},
		{needs, []string{"delete mutatingwebhookconfiguration istio-sidecar-injector"}, nil, []string{"Istio's revision default injects no sidecars"}},
		{needs, []string{"label mutatingwebhookconfiguration istio-sidecar-injector istio.io/rev=canary --overwrite"}, nil, []string{"Istio's revision default injects no sidecars, and the cluster has canary"}},
		{needs, []string{"-n istio-system delete deployment istiod --cascade=foreground"}, nil, []string{"no istiod of revision default runs in istio-system"}},
		{needs, []string{"-n istio-system set image deployment/istiod discovery=docker.io/istio/pilot:1.20.0"}, nil, []string{"Istio is 1.20.0"}},
		{needs, []string{"-n istio-system set image deployment/istiod discovery=docker.io/istio/pilot:latest"}, nil, []string{"the image docker.io/istio/pilot:latest of istiod does not tell it"}},
		{needs, []string{"-n istio-system delete deployment istio-ingressgateway --cascade=foreground"}, nil, []string{"no pod with the labels istio=ingressgateway runs in istio-system"}},
		{needs, []string{"-n istio-system delete deployment istio-ingressgateway --cascade=foreground", "-n istio-system run gateway --image=auto --labels=istio=other", "-n istio-system wait --for=condition=Ready pod/gateway"},
			[]string{"-n istio-system delete pod gateway"}, []string{"no pod with the labels istio=ingressgateway runs in istio-system"}},
		{needs, []string{`-n istio-system patch deployment istio-ingressgateway -p {"spec":{"template":{"spec":{"serviceAccountName":"default"}}}}`, "-n istio-system rollout status deployment/istio-ingressgateway --timeout=60s"},
			nil, []string{"runs as ServiceAccount default, and policies admit istio-ingressgateway-service-account"}},
		{needs, []string{"-n istio-system delete serviceaccount istio-ingressgateway-service-account"}, nil, []string{"ServiceAccount istio-system/istio-ingressgateway-service-account does not exist"}},
		{needs, []string{"-n istio-system delete daemonset istio-cni-node"}, nil, []string{"Istio's CNI plugin does not run"}},
		{needs, []string{"delete crd envoyfilters.networking.istio.io"}, nil, []string{"API networking.istio.io/v1alpha3 has no EnvoyFilter"}},
		{needs, []string{fmt.Sprintf(unserved, "false")}, []string{fmt.Sprintf(unserved, "true")}, []string{"API networking.istio.io/v1 has no DestinationRule"}},
		{needs, []string{"delete crd podmonitors.monitoring.coreos.com"}, nil, []string{"API monitoring.coreos.com/v1 has no PodMonitor"}},
		{needs, []string{"delete crd podmonitors.monitoring.coreos.com prometheusrules.monitoring.coreos.com"}, nil, []string{"API monitoring.coreos.com/v1 is not served"}},
	} {
		restored := taken(t, c.take)
		for _, take := range c.take {
			kubectl(t, "", strings.Fields(take)...)
		}
		var why string
		for range 60 { // the API server publishes what it serves after a while
			if why = named(t, c.file, c.want); why == "" || !strings.Contains(c.take[0], " crd ") {
				break
			}
			time.Sleep(500 * time.Millisecond)
		}
		if why != "" {
			t.Errorf("%s: %s", strings.Join(c.take, "; "), why)
		}
		for _, undo := range c.undo {
			kubectl(t, "", strings.Fields(undo)...)
		}
		restored()
		whole()
		if strings.Contains(c.take[0], " crd ") {
			until(t, "everything served again", func() bool { code, _ := check(t, c.file); return code == 0 })
		}
	}
	if code, out := check(t, needs, "KUBECONFIG="+filepath.Join(cluster.dir, "nobody")); code != 3 || !strings.Contains(out, "Secret needy/netrc: kubectl: Error from server (Forbidden)") {
		t.Errorf("without rights: exit code %d\n%s", code, out)
	}
}

// named says why a check does not have these findings and no other; empty if it has.
func named(t *testing.T, file string, want []string) string {
	t.Helper()
	code, out := check(t, file)
	if code != 1 && code != 3 || strings.Count(out, "\n    "+file) != len(want) {
		return fmt.Sprintf("exit code %d, and not %d findings\n%s", code, len(want), out)
	}
	for _, w := range want {
		if !strings.Contains(out, w) {
			return fmt.Sprintf("no finding %q\n%s", w, out)
		}
	}
	return ""
}

// taken notes the CRDs that commands delete, and returns what makes them again.
func taken(t *testing.T, commands []string) (restore func()) {
	t.Helper()
	var all []string
	for _, c := range commands {
		names, ok := strings.CutPrefix(c, "delete crd ")
		if !ok {
			continue
		}
		for _, name := range strings.Fields(names) {
			var crd map[string]any
			if err := json.Unmarshal([]byte(kubectl(t, "", "get", "crd", name, "-o", "json")), &crd); err != nil {
				t.Fatal(err)
			}
			metadata := crd["metadata"].(map[string]any)
			crd["metadata"] = map[string]any{"name": name, "annotations": metadata["annotations"], "labels": metadata["labels"]}
			delete(crd, "status")
			text, err := json.Marshal(crd)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, string(text))
		}
	}
	return func() {
		for _, text := range all {
			kubectl(t, text, "create", "-f", "-")
		}
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
