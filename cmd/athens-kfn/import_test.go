package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// import prints the site on stdout, the report on stderr, and exits with 1 if
// something that matters is left out.
func TestImport(t *testing.T) {
	dir := root + "/internal/importer/testdata/golden/"
	whole, open := dir+"gcs-identity/input.yaml", dir+"deployment-gotooling/input.yaml"
	out := t.TempDir()
	for _, c := range []struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		{[]string{whole}, 0, "kind: AthensSite", " left out, "},
		{[]string{whole, "-v"}, 0, "kind: AthensSite", "same: ATHENS_STORAGE_TYPE: gcp"},
		{[]string{whole, "-q"}, 0, "kind: AthensSite", ""},
		{[]string{whole, "--plan"}, 0, "# Move `Deployment goproxy/athens`", "yours to do: "},
		{[]string{whole, "--to", out}, 0, "", "yours to do: "},
		{[]string{whole, "--to", out}, 1, "", "file exists"},
		{[]string{open}, 1, "kind: AthensSite", "athens-kfn: error: go-tooling/athens: spec.host: is required"},
		{[]string{dir + "../../../../examples/minimal/site.yaml"}, 1, "", "no container in it runs Athens"},
		{[]string{whole, "--mesh", "Linkerd"}, 2, "", "write Sidecar or None"},
		{[]string{whole, open}, 2, "", "not 2 of them"},
	} {
		code, stdout, stderr := runWith(append([]string{"import"}, c.args...), "")
		if code != c.code || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) || c.stderr == "" && stderr != "" {
			t.Errorf("import %q: exit code %d, want %d\n%s\n%s", c.args, code, c.code, stdout, stderr)
		}
	}
	if text, err := os.ReadFile(filepath.Join(out, "athens.yaml")); err != nil || !strings.Contains(string(text), "kind: AthensSite") {
		t.Errorf("--to: %v\n%s", err, text)
	}
}
