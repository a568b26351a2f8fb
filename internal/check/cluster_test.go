package check

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/limits"
)

// everything is a site that needs one of each kind.
const everything = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
  namespace: {create: false}
  mesh: {revision: canary}
  athens: {storage: {disk: {}}}
  gateway: {tls: {issuerRef: {name: letsencrypt}}}
  tracing: {provider: otel, collector: {serviceRef: {name: otel, namespace: monitoring}}}
`

// inCluster checks a site in the cluster of the examples, with other answers.
func inCluster(t *testing.T, site string, others map[string]string) (findings, asked, passed []string) {
	t.Helper()
	answers := map[string]string{
		"namespaces": `Namespace {"istio.io/rev":"canary"}`, "clusterissuer": "ClusterIssuer", "services": "Service", "storageclasses": "List\n\ntrue\n",
		"mutatingwebhookconfigurations": "List\nold\t\nnew\tcanary\n", "configmaps": "ConfigMapextensionProviders: [{name: otel}]",
		"apis": `{"kind":"APIResourceList","resources":[{"kind":"Certificate"},{"kind":"Deployment"},{"kind":"AuthorizationPolicy"},{"kind":"DestinationRule"},{"kind":"Gateway"},{"kind":"PeerAuthentication"},{"kind":"ServiceEntry"},{"kind":"Sidecar"},{"kind":"Telemetry"},{"kind":"VirtualService"},{"kind":"EnvoyFilter"}]}`,
	}
	for resource, answer := range others {
		answers[resource] = answer
	}
	sound := exampleCluster(nil)
	report, err := InCluster([]File{{Name: "site.yaml", Content: []byte(site)}}, limits.Set{}, "", "site.yaml", func(args ...string) ([]byte, error) {
		asked = append(asked, strings.Join(args, " "))
		resource, _, _ := strings.Cut(args[1], ".")
		switch {
		case strings.HasPrefix(args[2], "/apis/"):
			resource = "apis"
		case args[1] == "--raw":
			resource = "version"
		}
		answer, ok := answers[resource]
		switch {
		case strings.HasPrefix(answer, "kubectl: "):
			return nil, errors.New(answer)
		case ok:
			return []byte(answer), nil
		}
		return sound(args...)
	})
	if err != nil {
		return []string{err.Error()}, asked, nil
	}
	passed = report.Sites[0].Passed
	for _, f := range report.All() {
		if f.Code >= lacking {
			findings = append(findings, f.Code+" "+f.Message)
		}
	}
	return findings, asked, passed
}

// Each thing that is taken away from a cluster is named, and nothing else is.
func TestCluster_NamesWhatIsMissing(t *testing.T) {
	const forbidden = "kubectl: Error from server (Forbidden): you may not"
	for _, c := range []struct{ resource, answer, want string }{
		{"", "", ""},
		{"version", `{"major":"1","minor":"20+"}`, "AK901 Kubernetes is 1.20, and a site needs "},
		{"version", "<html>", "AK902 the version of Kubernetes: "},
		{"namespaces", noSuch("goproxy"), "AK901 Namespace goproxy does not exist"},
		{"namespaces", "Namespace", "AK901 Namespace goproxy injects no sidecar of this site's revision: kubectl label namespace goproxy istio.io/rev=canary --overwrite"},
		{"namespaces", `Namespace {"istio.io/rev":"canary","istio-injection":"disabled"}`, "AK901 Namespace goproxy injects no sidecar"},
		{"namespaces", forbidden, "AK902 Namespace goproxy: " + forbidden},
		{"clusterissuer", noSuch("letsencrypt"), "AK901 ClusterIssuer letsencrypt does not exist"},
		{"clusterissuer", `kubectl: error: the server doesn't have a resource type "clusterissuers"`, "AK901 ClusterIssuer letsencrypt does not exist"},
		{"serviceaccounts", noSuch("istio-ingressgateway-service-account"), "AK901 ServiceAccount istio-system/istio-ingressgateway-service-account does not exist"},
		{"services", noSuch("otel"), "AK901 Service monitoring/otel does not exist"},
		{"services", noSuch("monitoring", "namespaces"), "AK901 Service monitoring/otel does not exist"},
		{"storageclasses", "List\n\n", "AK901 no StorageClass is the default"},
		{"mutatingwebhookconfigurations", "List\nold\t\n", "AK901 Istio's revision canary injects no sidecars, and the cluster has old: "},
		{"mutatingwebhookconfigurations", "List\n", "AK901 Istio's revision canary injects no sidecars, and the cluster has none: "},
		{"mutatingwebhookconfigurations", forbidden, "AK902 Istio's injector: "},
		{"deployments", "List\ndocker.io/istio/pilot:1.20.1-distroless\n", "AK901 Istio is 1.20.1, and a site needs "},
		{"deployments", "List\ndocker.io/istio/pilot@sha256:00\n", "AK902 Istio's version: the image "},
		{"deployments", "List\n", "AK902 Istio's version: no istiod of revision new runs in istio-system"},
		{"daemonsets", "List\n0\n", "AK901 Istio's CNI plugin does not run"},
		{"daemonsets", forbidden, "AK902 Istio's CNI plugin: "},
		{"pods", "List\n", "AK901 no pod with the labels istio=ingressgateway runs in istio-system"},
		{"pods", "List\na\tother\tRunning\n", "AK901 the gateway's pod istio-system/a runs as ServiceAccount other"},
		{"pods", "List\na\tother\tFailed\nb\tistio-ingressgateway-service-account\tRunning\n", ""},
		{"configmaps", "ConfigMap", "AK901 extension provider otel does not exist"},
		{"configmaps", "ConfigMap{trustDomain: acme.example.com, extensionProviders: [{name: otel}]}", "AK901 the mesh's trust domain is acme.example.com"},
		{"configmaps", "ConfigMap\t{", "AK902 the mesh config in ConfigMap istio-system/istio-canary: yaml: "},
	} {
		findings, _, _ := inCluster(t, everything, map[string]string{c.resource: c.answer})
		if c.want == "" && len(findings) > 0 || c.want != "" && (len(findings) != 1 || !strings.HasPrefix(findings[0], c.want)) {
			t.Errorf("%s %q: got %q, want %q", c.resource, c.answer, findings, c.want)
		}
	}
}

// noSuch is how kubectl reports an object that does not exist.
func noSuch(name string, kind ...string) string {
	return "kubectl: Error from server (NotFound): " + cmp.Or(strings.Join(kind, ""), "things") + ` "` + name + `" not found`
}

// An answer that no API server gives does not count as one that something is missing.
func TestCluster_TakesNothingForAnAnswer(t *testing.T) {
	for _, resource := range []string{"version", "apis", "namespaces", "clusterissuer", "serviceaccounts", "services", "storageclasses", "mutatingwebhookconfigurations", "deployments", "daemonsets", "pods", "configmaps"} {
		for _, answer := range []string{"", "null", "<no value>", "{}", "kubectl: Error from server (NotFound): the server could not find the requested resource"} {
			if resource == "apis" && strings.HasPrefix(answer, "kubectl: ") {
				continue // of the path of an API this is the answer
			}
			findings, _, passed := inCluster(t, everything, map[string]string{resource: answer})
			if len(findings) == 0 || slices.ContainsFunc(findings, func(f string) bool { return !strings.HasPrefix(f, notAnswered) }) || slices.Contains(passed, lacking) {
				t.Errorf("%s %q: %q, %q passes", resource, answer, findings, passed)
			}
		}
	}
}

// An API without a kind, and one that is not served.
func TestCluster_NamesKindsThatAreMissing(t *testing.T) {
	findings, _, _ := inCluster(t, everything, map[string]string{"apis": `{"kind":"APIResourceList","resources":[]}`})
	if !slices.ContainsFunc(findings, func(f string) bool {
		return f == "AK901 API networking.istio.io/v1 has no Gateway, which the site's objects use"
	}) {
		t.Errorf("%q", findings)
	}
	findings, _, _ = inCluster(t, everything, map[string]string{"apis": "kubectl: Error from server (NotFound): the server could not find the requested resource"})
	if !slices.ContainsFunc(findings, func(f string) bool { return strings.HasPrefix(f, "AK901 API cert-manager.io/v1 is not served") }) {
		t.Errorf("%q", findings)
	}
}

// What could not be asked does not count as there.
func TestCluster_PassesOnlyWhatItAnswers(t *testing.T) {
	for _, c := range []struct {
		resource, answer string
		want             []string
	}{
		{"", "", []string{lacking, notAnswered}},
		{"serviceaccounts", noSuch("istio-ingressgateway-service-account"), []string{notAnswered}},
		{"serviceaccounts", "kubectl: Error from server (Forbidden): you may not", nil},
		{"version", "kubectl: connection refused", nil},
	} {
		_, _, passed := inCluster(t, everything, map[string]string{c.resource: c.answer})
		passed = slices.DeleteFunc(passed, func(code string) bool { return code < lacking })
		if !slices.Equal(passed, c.want) {
			t.Errorf("%s %q: %q passes, want %q", c.resource, c.answer, passed, c.want)
		}
	}
}

// A cluster that cannot be reached is one finding, and no more questions.
func TestCluster_StopsAtOneThatDoesNotAnswer(t *testing.T) {
	findings, asked, _ := inCluster(t, everything, map[string]string{"version": "kubectl: connection refused"})
	if len(findings) != 1 || findings[0] != "AK902 the cluster: kubectl: connection refused" || len(asked) != 1 {
		t.Errorf("%q %q", findings, asked)
	}
}

// Questions only read, and no value of a Secret is among the answers.
func TestCluster_OnlyReads(t *testing.T) {
	_, asked, _ := inCluster(t, sound, nil)
	if len(asked) < 8 {
		t.Errorf("%d questions only", len(asked))
	}
	for _, q := range asked {
		if !strings.HasPrefix(q, "get ") || strings.HasPrefix(q, "get secrets") && !strings.Contains(q, "--output="+keysOnly+" ") {
			t.Error(q)
		}
	}
}

// A cluster is that of one region.
func TestCluster_AsksForARegion(t *testing.T) {
	findings, asked, _ := inCluster(t, over(sound, "regions: [{name: west}, {name: east}]"), nil)
	if len(findings) != 1 || findings[0] != "goproxy/goproxy has a cluster for each region: add --region with one of west, east" || len(asked) != 0 {
		t.Errorf("%q %q", findings, asked)
	}
}
