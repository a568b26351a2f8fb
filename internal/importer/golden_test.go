package importer_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// secrets are in the inputs, and must be in no output.
var secrets = []string{"hunter2", "HUNTER2", "aHVudGVyMg"}

// Each input is an Athens as it runs somewhere: the site, the report and whether it
// failed are next to it.
func TestFromObjects_Golden(t *testing.T) {
	inputs, err := filepath.Glob("testdata/golden/*/input.yaml")
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no inputs: %v", err)
	}
	for _, input := range inputs {
		dir := filepath.Dir(input)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			content, err := os.ReadFile(input)
			if err != nil {
				t.Fatal(err)
			}
			src := importer.Read([]source.File{{Name: "input.yaml", Content: content}})
			result, err := importer.FromObjects(src, importer.Options{Plan: true})
			if err != nil {
				t.Fatal(err)
			}
			var report bytes.Buffer
			result.Write(&report, true)
			for _, p := range result.Problems {
				fmt.Fprintln(&report, p.Line())
			}
			fmt.Fprintf(&report, "failed: %t\n", result.Failed())
			for name, got := range map[string]string{"site.yaml": string(result.Site), "report.txt": report.String(), "plan.md": result.Plan} {
				golden(t, filepath.Join(dir, name), got)
				for _, secret := range secrets {
					if strings.Contains(got, secret) {
						t.Errorf("%s holds a secret of the input: %s", name, secret)
					}
				}
			}
			if !result.Problems.Failed() {
				renders(t, result.Site)
			}
			again, err := importer.FromObjects(src, importer.Options{Plan: true})
			if err != nil || !bytes.Equal(again.Site, result.Site) || cmp.Diff(result.Lines, again.Lines) != "" {
				t.Errorf("the same input gives another result: %v", err)
			}
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: -want +got:\n%s", file, diff)
	}
}

// renders reads the printed site as any command does, and makes its objects.
func renders(t *testing.T, site []byte) {
	t.Helper()
	nodes, err := krm.SitesIn(site)
	if err != nil {
		t.Fatal(err)
	}
	list := &krm.ResourceList{Items: nodes}
	sites := list.Load()
	if list.Results.Failed() || len(sites) != 1 || len(krm.MakeAll(sites)) == 0 {
		t.Errorf("the site does not render: %v", list.Results)
	}
}
