// Package hosts shows that every host makes the same objects of a site.
package hosts

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// way is one host: it takes a folder with a kustomization and a site.yaml and
// prints manifests.
type way struct {
	name string
	// needs are tools that must be there; without them the way is skipped.
	needs []string
	run   func(t *testing.T, dir string) string
}

var ways = []way{
	{"render FILE", nil, func(t *testing.T, dir string) string {
		return run(t, dir, nil, "athens-kfn", "render", "site.yaml")
	}},
	{"render on stdin", nil, func(t *testing.T, dir string) string {
		return run(t, dir, site(t, dir), "athens-kfn", "render", "-")
	}},
	{"render --to DIR, built by kustomize", nil, func(t *testing.T, dir string) string {
		out := filepath.Join(t.TempDir(), "manifests")
		run(t, dir, nil, "athens-kfn", "render", "site.yaml", "--to", out)
		return run(t, dir, nil, "kustomize", "build", out)
	}},
	{"a ResourceList on stdin", nil, func(t *testing.T, dir string) string {
		return run(t, dir, resourceList(t, dir), "athens-kfn")
	}},
	{"kustomize", nil, func(t *testing.T, dir string) string {
		return run(t, dir, nil, "kustomize", "build", "--enable-alpha-plugins", "--enable-exec", ".")
	}},
	{"krusty, in process", nil, krustyBuild},
	{"kubectl kustomize, as a legacy plugin", []string{"kubectl"}, legacyBuild},
	{"kpt fn render", []string{"kpt"}, kptRender},
	{"kpt fn source | athens-kfn", []string{"kpt"}, kptPipe},
	{"argocd generate", nil, func(t *testing.T, dir string) string {
		alone := t.TempDir()
		write(t, filepath.Join(alone, "site.yaml"), site(t, dir))
		return run(t, alone, nil, "athens-kfn", "argocd", "generate")
	}},
	{"helm athens template", []string{"helm"}, func(t *testing.T, dir string) string {
		return run(t, dir, nil, "helm-athens", "template", "site.yaml")
	}},
}

func TestMatrix(t *testing.T) {
	examples, err := filepath.Glob(filepath.Join(root, "examples/*/site.yaml"))
	if err != nil || len(examples) == 0 {
		t.Fatal("no examples", err)
	}
	for _, file := range examples {
		dir := copyOf(t, filepath.Dir(file))
		write(t, filepath.Join(dir, "kustomization.yaml"), []byte("generators: [site.yaml]\n"))
		chooseRegion(t, dir)
		want := objects(t, ways[0].run(t, dir))
		for _, w := range ways[1:] {
			t.Run(filepath.Base(filepath.Dir(file))+"/"+w.name, func(t *testing.T) {
				for _, tool := range w.needs {
					need(t, tool)
				}
				if diff := cmp.Diff(want, objects(t, w.run(t, dir))); diff != "" {
					t.Errorf("-render +%s:\n%s", w.name, diff)
				}
			})
		}
	}
}

// objects of a stream by their identity, without what hosts write for
// themselves. The site itself is input, which some hosts keep.
func objects(t *testing.T, stream string) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{}
	for _, o := range decode(t, stream) {
		if strings.HasPrefix(text(o, "apiVersion"), "athens.gomods.io/") || text(o, "kind") == "Kptfile" || text(o, "kind") == "Kustomization" {
			continue
		}
		meta := o["metadata"].(map[string]any)
		if annotations, ok := meta["annotations"].(map[string]any); ok {
			for key := range annotations {
				if strings.Contains(key, "config.kubernetes.io/") {
					delete(annotations, key)
				}
			}
			if len(annotations) == 0 {
				delete(meta, "annotations")
			}
		}
		id := strings.Join([]string{text(o, "apiVersion"), text(o, "kind"), text(meta, "namespace"), text(meta, "name")}, " ")
		if _, twice := out[id]; twice {
			t.Errorf("%s is there twice", id)
		}
		out[id] = o
	}
	if len(out) == 0 {
		t.Errorf("no objects in %.200q", stream)
	}
	return out
}

func text(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}

// TestNothingEssentialIsSkipped keeps the matrix from being empty: kustomize
// and helm are installed by make.
func TestNothingEssentialIsSkipped(t *testing.T) {
	for _, tool := range []string{"kustomize", "helm"} {
		if _, err := look(tool); err != nil {
			t.Errorf("%s is not there: run make test-hosts, which installs it", tool)
		}
	}
	var skipped []string
	for _, w := range ways {
		for _, tool := range w.needs {
			if _, err := look(tool); err != nil && !slices.Contains(skipped, w.name) {
				skipped = append(skipped, w.name)
			}
		}
	}
	t.Logf("hosts that are not on this machine: %q", skipped)
}

// firstRegion is the name of the first entry of spec.regions.
var firstRegion = regexp.MustCompile(`\n  regions:\n  - name: (\S+)`)

// chooseRegion picks one for a site of several that has chosen none: no host
// makes manifests of it.
func chooseRegion(t *testing.T, dir string) {
	t.Helper()
	text := site(t, dir)
	found := firstRegion.FindSubmatch(text)
	if found == nil || strings.Contains(string(text), "\n  region: ") {
		return
	}
	chosen := strings.Replace(string(text), "\nspec:\n", "\nspec:\n  region: "+string(found[1])+"\n", 1)
	write(t, filepath.Join(dir, "site.yaml"), []byte(chosen))
}
