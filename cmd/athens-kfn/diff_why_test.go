package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/diff"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/why"
)

// TestDiff_PrintsWhatWhyAnswers asks why each path that diff prints, of the site
// after the change or, for what is gone, before it.
func TestDiff_PrintsWhatWhyAnswers(t *testing.T) {
	asked := 0
	for _, dir := range diffCases(t) {
		if !isSpec(t, dir+"/old.yaml") {
			continue
		}
		t.Run(filepath.Base(dir), func(t *testing.T) {
			_, stdout, _ := runWith([]string{"diff", dir + "/old.yaml", dir + "/new.yaml", "-o", "json"}, "")
			var reports []diff.Report
			if stdout != "" {
				if err := json.Unmarshal([]byte(stdout), &reports); err != nil {
					t.Fatal(err)
				}
			}
			regions := []string{""}
			for _, r := range reports {
				if r.Region != "" {
					regions = append(regions, r.Region)
				}
			}
			known := map[string][]why.Object{}
			answers := func(file, region, path string) bool {
				objects, ok := known[file+" "+region]
				if !ok {
					objects = objectsIn(t, dir+file, region)
					known[file+" "+region] = objects
				}
				found, inside, err := why.Find(objects, path)
				if err != nil {
					return false
				}
				values, err := found[0].Under(inside)
				return err == nil && len(values) > 0
			}
			for _, r := range reports {
				in := regions
				if r.Region != "" {
					in = []string{r.Region}
				}
				for _, g := range r.Groups {
					for _, c := range g.Changes {
						if c.Path == "" {
							continue
						}
						asked++
						ok := false
						for _, file := range []string{"/new.yaml", "/old.yaml"} {
							for _, region := range in {
								ok = ok || answers(file, region, c.Path)
							}
						}
						if !ok || !strings.HasPrefix(c.Text, c.Path+" ") {
							t.Errorf("%s: why does not know %s of %q", r.Region, c.Path, c.Text)
						}
					}
				}
			}
		})
	}
	if asked < 50 {
		t.Errorf("%d paths were asked for: this test proves little", asked)
	}
}

// objectsIn are the objects of the sites in a file, as why knows them.
func objectsIn(t *testing.T, file, region string) (out []why.Object) {
	t.Helper()
	nodes, err := krm.SitesIn([]byte(readFile(t, file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, node := range nodes {
		if region != "" {
			node = krm.InRegion(node, region)
		}
		site, err := why.Of(file, node)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, site.Objects()...)
	}
	return out
}
