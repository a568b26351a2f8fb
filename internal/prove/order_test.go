package prove

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// kustomize sorts the documents that it prints.
func TestBroken_IgnoresTheOrderOfDocuments(t *testing.T) {
	s := load(t)
	objects := site.Objects(s)
	slices.Reverse(objects)
	w := Of(s, objects)
	if broken := w.Broken(); len(broken) > 0 || len(w.Unknown()) > 0 {
		t.Errorf("%v, unknown %v", broken, w.Unknown())
	}
}

// Without failoverPriority, lathens and Athens answer by turns.
func TestBroken_SeesThatNoPodIsPreferred(t *testing.T) {
	s := load(t)
	objects := site.Objects(s)
	for _, o := range objects {
		if d, ok := o.(*networkingv1.DestinationRule); ok {
			if lb := d.Spec.GetTrafficPolicy().GetLoadBalancer().GetLocalityLbSetting(); lb != nil {
				*lb = v1alpha3.LocalityLoadBalancerSetting{}
			}
		}
	}
	if broken := Of(s, objects).Broken(); len(broken) == 0 {
		t.Error("nothing is broken")
	}
}

// Which of two pods answers is not known, so where they answer differently the
// answer is not.
func TestAsk_DoubtsPodsThatAnswerDifferently(t *testing.T) {
	s := load(t)
	objects := append(site.Objects(s), decode(t, `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: athens, namespace: goproxy}
spec: {mtls: {mode: PERMISSIVE}, selector: {matchLabels: {app.kubernetes.io/name: athens}}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: all, namespace: goproxy}
spec: {rules: [{}]}`)...)
	a := Of(s, objects).Ask(Request{As: Plain, Method: "GET", Path: "/golang.org/x/mod/@v/list", To: generators.List})
	if !strings.Contains(strings.Join(a.Unknown, " "), "which answer differently") {
		t.Errorf("%+v", a)
	}
}

// Of two Sidecars for the same pods, istiod takes the oldest.
func TestAsk_DoubtsTwoSidecarsOfOneAge(t *testing.T) {
	for _, age := range []string{"", `, creationTimestamp: "2026-01-01T00:00:00Z"`} {
		s := load(t)
		objects := append(site.Objects(s), decode(t, `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: other, namespace: goproxy`+age+`}
spec: {workloadSelector: {labels: {app.kubernetes.io/name: athens}}, outboundTrafficPolicy: {mode: REGISTRY_ONLY}, egress: [{hosts: [./x.goproxy.svc.cluster.local]}]}`)...)
		a := Of(s, objects).Ask(Request{As: "athens", Method: "GET", Path: "/golang.org/x/mod/@v/list"})
		if !strings.Contains(strings.Join(a.Unknown, " "), "Sidecar goproxy/other are about the same pods") {
			t.Errorf("%+v", a)
		}
	}
}

// The API server drops what is misspelt, and another release may read it.
func TestDecode_NamesFieldsItDoesNotKnow(t *testing.T) {
	for in, want := range map[string]string{
		`"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spce": {}`:                                         `unknown field "spce"`,
		`"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": {"ingress": [{"form": []}]}`:                `unknown field "spec.ingress[0].form"`,
		`"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "spce": {}`:                                      `unknown field "spce"`,
		`"apiVersion": "v1", "kind": "Service", "spec": {"Selector": {}}`:                                                   `unknown field "spec.Selector"`,
		`"apiVersion": "v1", "kind": "Service", "status": {"later": {}}`:                                                    "",
		`"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "spec": {"targetCPUUtilizationPercentage": 80}`: "",
		`"apiVersion": "extensions.istio.io/v1alpha1", "kind": "WasmPlugin", "spec": {"url": "a"}`:                          "",
	} {
		manifest := []byte("{" + in + `, "metadata": {"name": "a", "managedFields": [{"fieldsV1": {"f:spec": {}}}]}}`)
		if !json.Valid(manifest) {
			t.Fatal(in)
		}
		object, err := Decode(manifest)
		if object == nil || (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %q", in, object, err, want)
		}
	}
}

// Each edit of one line breaks a promise, or leaves it unknown.
func TestBroken_SeesAnEditOfOneLine(t *testing.T) {
	for name, c := range map[string]struct {
		kind, from, to string
	}{
		"no certificate":                {"Gateway", `"credentialName":"goproxy-tls",`, ``},
		"no port of the pods":           {"Service", `"targetPort":"http"`, `"targetPort":"https"`},
		"another port of the pods":      {"Service", `"targetPort":"http"`, `"targetPort":80`},
		"a fallback that refuses":       {"AuthorizationPolicy", `"*/@latest",`, ``},
		"an outage is seen":             {"DestinationRule", `"consecutiveGatewayErrors":1`, `"consecutiveGatewayErrors":2`},
		"the gateway learns of it late": {"EnvoyFilter", `"0s"`, `"1s"`},
	} {
		s := load(t)
		var edited []generators.Object
		found := false
		for _, o := range site.Objects(s) {
			text, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			if o.GetObjectKind().GroupVersionKind().Kind == c.kind {
				found = found || strings.Contains(string(text), c.from)
				text = []byte(strings.ReplaceAll(string(text), c.from, c.to))
			}
			changed, err := Decode(text)
			if err != nil {
				t.Fatal(err)
			}
			if changed != nil {
				edited = append(edited, changed)
			}
		}
		if w := Of(s, edited); !found || len(w.Broken()) == 0 && len(w.Unknown()) == 0 {
			t.Errorf("%s: found %v, and nothing is broken", name, found)
		}
	}
}
