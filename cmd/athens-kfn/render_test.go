package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const fiveLines = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
`

func TestRenderIntoDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "manifests")
	render := func(site string) map[string]string {
		t.Helper()
		code, stdout, stderr := runWith([]string{"render", "--to", dir, "-"}, site)
		if code != 0 || stdout != "" {
			t.Fatalf("exit code %d, stdout %q, stderr %s", code, stdout, stderr)
		}
		return filesIn(t, dir)
	}
	first := render(fiveLines)
	if diff := cmp.Diff(first, render(fiveLines)); diff != "" {
		t.Errorf("rendered twice: -first +second:\n%s", diff)
	}
	_, stream, _ := runWith([]string{"render", "-"}, fiveLines)
	if got, want := len(first), len(objectsOf(t, stream))+1; got != want {
		t.Errorf("%d files, want one per object and a kustomization: %d", got, want)
	}
	for name := range first {
		if name != "kustomization.yaml" && strings.Count(first["kustomization.yaml"], "- "+name+"\n") != 1 {
			t.Errorf("kustomization.yaml does not list %s", name)
		}
	}

	write(t, dir, map[string]string{"mine.yaml": "kind: Mine\n"})
	smaller := render(fiveLines + "  crathens: {enabled: false}\n")
	if _, there := smaller["cronjob_goproxy-crathens.yaml"]; there {
		t.Error("crathens' CronJob is still there")
	}
	if smaller["mine.yaml"] == "" {
		t.Error("the user's own file is gone")
	}
}

func TestRenderLeavesStrangersAlone(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"deployment_goproxy-athens.yaml": "kind: Mine\n"})
	before := filesIn(t, dir)
	code, _, stderr := runWith([]string{"render", "-", "--to", dir}, fiveLines)
	if code != 1 || !strings.Contains(stderr, "was not written by this program") {
		t.Errorf("exit code %d, stderr %s", code, stderr)
	}
	if diff := cmp.Diff(before, filesIn(t, dir)); diff != "" {
		t.Errorf("the directory changed all the same:\n%s", diff)
	}
}

func TestRenderNothingOnMistakes(t *testing.T) {
	in, err := os.ReadFile(filepath.Join(root, "testdata/golden/ten-mistakes/input.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "manifests")
	code, stdout, stderr := runWith([]string{"render", "-", "--to", dir}, string(in))
	if code != 1 || stdout != "" || exists(dir) {
		t.Errorf("exit code %d, stdout %q, directory made: %v", code, stdout, exists(dir))
	}
	wantMistakes(t, stderr)
}

func TestRenderRegion(t *testing.T) {
	code, stdout, stderr := runWith([]string{"render", root + "/examples/production", "--region", "eastus2"}, "")
	if code != 0 || !strings.Contains(stdout, "value: athenseus2\n") || strings.Contains(stdout, "athensweu") {
		t.Errorf("exit code %d, stderr %s", code, stderr)
	}
	code, stdout, stderr = runWith([]string{"render", root + "/examples/production", "--region", "eastus"}, "")
	if code != 1 || stdout != "" || !strings.Contains(stderr, "eastus2") {
		t.Errorf("a region that is not there: exit code %d, stderr %s", code, stderr)
	}
}

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		args       string
		stdin      string
		code       int
		out, wrong string
	}{
		{"help", "", 0, "athens-kfn COMMAND", ""},
		{"--help", "", 0, "USAGE:", ""},
		{"--doc", "", 0, "USAGE:", ""},
		{"render --help", "", 0, "athens-kfn render [options] [FILE|DIR|REF:PATH|-]", ""},
		{"version", "", 0, "athens-kfn ", ""},
		{"--version", "", 0, "athens-kfn ", ""},
		{"completion zsh", "", 0, "#compdef athens-kfn", ""},
		{"render --reg --generate-shell-completion", "", 0, "--region", ""},
		{"schema", "", 0, `"$schema"`, ""},
		{"schema MeshEnrolment", "", 0, `"title": "MeshEnrolment"`, ""},
		{"schema Site", "", 2, "", "there is no kind Site; there are AthensLimits, AthensSite, MeshEnrolment, MeshReferences"},
		{"schema --crd MeshEnrolment", "", 2, "", "schema takes one KIND"},
		{"schema --crd", "", 0, "kind: CustomResourceDefinition", ""},
		{"rendr site.yaml", "", 2, "", "did you mean render?"},
		{"render", "", 1, "", ".: no AthensSite in it"},
		{"render a b", "", 2, "", "render takes one FILE"},
		{"render --outt x -", "", 2, "", "outt"},
		{"render no-such-file.yaml", "", 1, "", "no-such-file.yaml"},
		{"render -", "", 1, "", "no AthensSite"},
		{"render -", "kind: [", 1, "", "stdin: "},
		{"", "", 1, "", "a ResourceList is expected"},
		{"", "a: b\n", 1, "", "athens-kfn render -"},
		{"", "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: 7\n", 1, "", "items is not a list"},
		{"", "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n", 1, "", "no AthensSite"},
	} {
		code, stdout, stderr := runWith(strings.Fields(c.args), c.stdin)
		if code != c.code || !strings.Contains(stdout, c.out) || !strings.Contains(stderr, c.wrong) {
			t.Errorf("athens-kfn %s: exit code %d (want %d)\nstdout (want %q): %.300s\nstderr (want %q): %s",
				c.args, code, c.code, c.out, stdout, c.wrong, stderr)
		}
	}
}
