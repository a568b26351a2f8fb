package manifests

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// Each edit of a sound site is a fault, or not known.
func TestSet_SeesAnEditOfOneLine(t *testing.T) {
	var text strings.Builder
	for _, o := range site.Objects(spectest.Sound(t, "goproxy", "tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: otel}}}")) {
		if err := krm.WriteStream(&text, krm.Encode(o)); err != nil {
			t.Fatal(err)
		}
		text.WriteString("---\n")
	}
	faults := func(content string) (out []string) {
		set := Read([]source.File{{Name: "a.yaml", Content: []byte(content)}})
		of := set.Unread
		for _, s := range set.Sites() {
			of = append(append(append(of, s.Open()...), s.Selectors()...), s.Peers()...)
		}
		for i := range of {
			out = append(out, of[i].Text())
		}
		return out
	}
	if got := faults(text.String()); len(got) > 0 {
		t.Fatalf("as rendered: %q", got)
	}
	service, deny := "apiVersion: v1\nkind: Service\n", "  podSelector: {}\n  policyTypes:\n  - Ingress\n"
	for name, c := range map[string]struct{ from, to, want string }{
		"no apiVersion":   {service, "kind: Service\n", "is not a manifest"},
		"odd apiVersion":  {service, "apiVersion: \"v1\\e[31m\"\nkind: Service\n", "is not a manifest"},
		"odd name":        {service + "metadata:\n  name: ", service + "metadata:\n  name: é", "is not a manifest"},
		"no namespace":    {service + "metadata:\n  name: goproxy-athens\n  namespace: goproxy\n", service + "metadata:\n  name: goproxy-athens\n", "has no metadata.namespace"},
		"open ingress":    {deny, "  podSelector: {}\n  policyTypes:\n", "restricts the ingress of all pods"},
		"budget":          {"  maxUnavailable: 1\n  unhealthy", "  maxUnavailabel: 1\n  unhealthy", `unknown field "spec.maxUnavailabel"`},
		"claim":           {"spec:\n  accessModes", "spec:\n  accesModes: []\n  accessModes", `unknown field "spec.accesModes"`},
		"account":         {"kind: ServiceAccount\n", "kind: ServiceAccount\nautomount: true\n", `unknown field "automount"`},
		"telemetry":       {"  tracing:\n", "  trace:\n", `unknown field "trace"`},
		"half a selector": {"podSelector:\n    matchLabels:\n      app", "podSelector:\n      app", "unknown field"},
	} {
		edited := strings.Replace(text.String(), c.from, c.to, 1)
		if got := strings.Join(faults(edited), "\n"); edited == text.String() || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
