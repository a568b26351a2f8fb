package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestPostRender_Goldens holds what is said of each release of testdata/post-render,
// and what becomes of its objects where that is accepted.
func TestPostRender_Goldens(t *testing.T) {
	releases, err := filepath.Glob("testdata/post-render/*/release.yaml")
	if err != nil || len(releases) < 8 {
		t.Fatalf("%d releases: %v", len(releases), err)
	}
	for _, file := range releases {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			release, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			for _, args := range [][]string{{"post-render"}, {"post-render", "--accept-cut"}} {
				code, stdout, stderr := runWith(append(args, filepath.Join(dir, "site.yaml")), string(release))
				if (code == 0) != (stdout != "") {
					t.Errorf("%q: exit code %d with %d bytes on stdout", args, code, len(stdout))
				}
				fmt.Fprintf(&got, "$ helm athens %s site.yaml\n%s", strings.Join(args, " "), stderr)
				ofTheRelease(t, &got, stdout)
				fmt.Fprintf(&got, "# exit code %d\n", code)
			}
			for line := range strings.Lines(got.String()) {
				if strings.HasPrefix(line, "helm athens: ") && strings.Contains(line, "hunter2") {
					t.Errorf("a password is printed: %s", line)
				}
			}
			golden := filepath.Join(dir, "output.txt")
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// ofTheRelease writes the objects of a stream that are none of the site.
func ofTheRelease(t *testing.T, w *bytes.Buffer, stream string) {
	t.Helper()
	objects, err := krm.ObjectsIn([]byte(stream))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		if tree.Text(o, "metadata", "labels", generators.SiteLabel) == "" {
			w.WriteString("---\n")
			if err := krm.WriteStream(w, o); err != nil {
				t.Fatal(err)
			}
		}
	}
}
