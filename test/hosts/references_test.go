package hosts

import (
	"strings"
	"testing"
)

// The objects of a chart that kustomize inflates have no namespace, whatever
// the kustomization says: what names them keeps its form.
func TestReferences_ToAChartWithoutNamespace(t *testing.T) {
	need(t, "kustomize")
	need(t, "helm")
	helm, err := look("helm")
	if err != nil {
		t.Fatal(err)
	}
	dir := copyOf(t, "testdata/chart-without-namespace")
	built := run(t, dir, nil, "kustomize", "build", "--enable-alpha-plugins", "--enable-exec", "--enable-helm", "--helm-command", helm, ".")
	if !strings.Contains(built, "\n        host: eu-r-athens-like\n") || strings.Contains(built, "..") {
		t.Errorf("the destination does not keep its form:\n%s", built)
	}
}
