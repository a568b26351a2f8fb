package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTemplate holds what the plugin prints against athens-kfn's golden output.
func TestTemplate(t *testing.T) {
	for name := range examples(t) {
		want, err := os.ReadFile(filepath.Join(root, "testdata/golden/example-"+name+"/output.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		file, err := filepath.Abs(filepath.Join(root, "examples", name, "site.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		helms(t, func(t *testing.T, helm func(...string) (string, string, error)) {
			out, stderr, err := helm("athens", "template", file)
			if err != nil {
				t.Fatalf("%v\n%s", err, stderr)
			}
			if diff := cmp.Diff(objects(t, string(want)), objects(t, out)); diff != "" {
				t.Errorf("%s: -athens-kfn +helm athens:\n%s", name, diff)
			}
		})
	}
}
