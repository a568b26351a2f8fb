package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTemplate holds what the plugin prints against athens-kfn render.
func TestTemplate(t *testing.T) {
	kfn := filepath.Join(t.TempDir(), "athens-kfn")
	if out, err := exec.Command("go", "build", "-o", kfn, "../athens-kfn").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name := range examples(t) {
		file, err := filepath.Abs(filepath.Join(root, "examples", name, "site.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		want, err := exec.Command(kfn, "render", file).Output()
		if err != nil {
			t.Fatal(err)
		}
		helms(t, func(t *testing.T, helm func(...string) (string, string, error)) {
			out, stderr, err := helm("athens", "template", file)
			if err != nil {
				t.Fatalf("%v\n%s", err, stderr)
			}
			if diff := cmp.Diff(string(want), out); diff != "" {
				t.Errorf("%s: -athens-kfn +helm athens:\n%s", name, diff)
			}
		})
	}
}
