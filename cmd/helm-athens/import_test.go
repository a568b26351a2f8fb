package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestImport_PrintsTheSiteAndTheAccount merges values as helm install does: files
// in their order, then settings.
func TestImport_PrintsTheSiteAndTheAccount(t *testing.T) {
	more := filepath.Join(t.TempDir(), "more.yaml")
	if err := os.WriteFile(more, []byte("replicaCount: 3\ngoGetWorkers: 9\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := runWith([]string{"import", "-", "-f", more, "--set", "replicaCount=1", "--set", "storage.type=disk", "--host", "goproxy.example.com"},
		"replicaCount: 2\nstorage: {disk: {persistence: {enabled: true, size: 100Gi}}}\n")
	if code != 0 {
		t.Fatal(stderr)
	}
	for _, want := range []string{"goGetWorkers: 9\n", "replicas: 1\n", "size: 100Gi\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	if want := "translated: replicaCount: spec.athens.replicas\n"; !strings.Contains(stderr, want) {
		t.Errorf("no %q in\n%s", want, stderr)
	}
	code, stdout, stderr = runWith([]string{"import", "-"}, "storage: {type: memory}\n")
	if code != 1 || !strings.Contains(stdout, "kind: AthensSite") || !strings.Contains(stderr, "helm athens: error: athens/athens: spec.host: ") {
		t.Errorf("a site that breaks a rule: exit code %d\n%s%s", code, stdout, stderr)
	}
}

// TestImportMistakes wants no site out of what are no values.
func TestImportMistakes(t *testing.T) {
	for values, args := range map[string][]string{
		"- a list\n":    nil,
		"a: [\n":        nil,
		"a: b\n":        {"--mesh", "Ambient"},
		"replicas: 1\n": {"second"},
	} {
		code, stdout, stderr := runWith(append([]string{"import", "-", "--host", "goproxy.example.com"}, args...), values)
		if code == 0 || stdout != "" || !strings.HasPrefix(stderr, "helm athens: error: ") {
			t.Errorf("%q: code %d, stdout %q, stderr %q", values, code, stdout, stderr)
		}
	}
}

// TestImportNamespace_ComesThroughHelm runs the real Helm too, which removes
// --namespace from a plugin's arguments.
func TestImportNamespace_ComesThroughHelm(t *testing.T) {
	namespace := func(t *testing.T, site string) any {
		t.Helper()
		var got struct{ Metadata struct{ Namespace string } }
		if err := yaml.Unmarshal([]byte(site), &got); err != nil {
			t.Fatal(err)
		}
		return got.Metadata.Namespace
	}
	for from, want := range map[string]string{"goproxy": "goproxy", "default": "athens", "": "athens"} {
		t.Setenv("HELM_NAMESPACE", from)
		if _, stdout, _ := runWith([]string{"import", "-", "--host", "goproxy.example.com"}, "replicaCount: 1\n"); namespace(t, stdout) != want {
			t.Errorf("HELM_NAMESPACE %q: the site is in %q, want %q", from, namespace(t, stdout), want)
		}
	}
	values := filepath.Join(t.TempDir(), "values.yaml")
	if err := os.WriteFile(values, []byte("replicaCount: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	helms(t, func(t *testing.T, helm func(args ...string) (stdout, stderr string, err error)) {
		stdout, stderr, err := helm("athens", "import", values, "--namespace", "goproxy", "--host", "goproxy.example.com")
		if err != nil || namespace(t, stdout) != "goproxy" {
			t.Errorf("%v: the site is in %q, want goproxy\n%s", err, namespace(t, stdout), stderr)
		}
	})
}
