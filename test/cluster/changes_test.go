package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// step is a version that a cluster gets after others.
type step struct {
	name string
	version
}

// newStep is what a command with these flags renders.
func newStep(t *testing.T, name, operand string, flags ...string) step {
	t.Helper()
	return step{name, version{operand, run(t, "", "athens-kfn", append([]string{"render", "-q", operand}, flags...)...)}}
}

// changes applies versions one after the other, each compared with the one before.
func changes(t *testing.T, steps []step) {
	t.Helper()
	newSet(t)
	others := []string{"istio-system", "aks-istio-ingress"}
	t.Cleanup(func() {
		for _, namespace := range append(others, "goproxy", "modules", "gomods") {
			if kubectl(t, "", "get", "namespace", namespace, "--ignore-not-found") != "" {
				away(t, namespace)
			}
		}
	})
	for _, namespace := range others {
		kubectl(t, "", "create", "namespace", namespace)
	}
	last := steps[0]
	applied(t, last.manifests)
	for _, s := range steps[1:] {
		t.Run(s.name, func(t *testing.T) {
			want, text := predicted(t, last.version, s.version)
			got := applied(t, s.manifests)
			compare(t, want, got, text)
			if len(got.refused) > 0 {
				applied(t, last.manifests)
				return
			}
			last = s
		})
	}
}

// TestChanges_OfRegions is about the cluster of a region that is added, whose site
// loses all regions and gets them again, and that is removed.
func TestChanges_OfRegions(t *testing.T) {
	one := "  regions:\n  - {name: westeurope}\n"
	two := file(t, siteWith(one+"  - {name: eastus2, overrides: {host: goproxy-eastus2.example.com}}\n"))
	alone := file(t, siteWith(one))
	// What the cluster has before and after: an ApplySet with nothing in it is an error.
	const other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: default}\n"
	t.Cleanup(func() { kubectl(t, other, "delete", "--ignore-not-found", "-f", "-") })
	steps := []step{
		{"none", version{operand: alone}},
		newStep(t, "a region is added", two, "--region", "eastus2"),
		newStep(t, "no regions", file(t, siteWith(""))),
		newStep(t, "regions", two, "--region", "eastus2"),
		{"a region is removed", version{operand: alone}},
	}
	for i := range steps {
		steps[i].manifests += "---\n" + other
	}
	changes(t, steps)
}

// TestChanges_OfSites adds a site's file to a folder, and removes it.
func TestChanges_OfSites(t *testing.T) {
	first, second := siteWith(""), strings.NewReplacer("goproxy", "gomods").Replace(siteWith(""))
	folder := func(sites ...string) string {
		dir := t.TempDir()
		for i, site := range sites {
			if err := os.WriteFile(filepath.Join(dir, string(rune('a'+i))+".yaml"), []byte(site), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	alone := folder(first)
	changes(t, []step{
		newStep(t, "one site", alone),
		newStep(t, "a site is added", folder(first, second)),
		newStep(t, "a site is removed", alone),
	})
}
