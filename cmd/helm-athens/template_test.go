package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/buildtest"
	"github.com/gomods/athens-kfn/internal/sitetest"
)

// TestTemplate holds what the plugin prints against athens-kfn render.
func TestTemplate(t *testing.T) {
	bin := t.TempDir()
	if err := buildtest.Into(bin, root, "athens-kfn"); err != nil {
		t.Fatal(err)
	}
	kfn := filepath.Join(bin, "athens-kfn")
	for _, s := range sitetest.Sites(t, root+"/examples/*/site.yaml") {
		file, err := filepath.Abs(s.File)
		if err != nil {
			t.Fatal(err)
		}
		s.File = file
		want, err := exec.Command(kfn, s.Args("render")...).Output()
		if err != nil {
			t.Fatal(err)
		}
		helms(t, func(t *testing.T, helm func(...string) (string, string, error)) {
			out, stderr, err := helm(s.Args("athens", "template")...)
			if err != nil {
				t.Fatalf("%v\n%s", err, stderr)
			}
			if diff := cmp.Diff(string(want), out); diff != "" {
				t.Errorf("%s: -athens-kfn +helm athens:\n%s", s.Name, diff)
			}
		})
	}
}
