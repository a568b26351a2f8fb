package mesh

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"istio.io/istio/pkg/log"

	"github.com/gomods/athens-kfn/internal/buildtest"
	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/istiod"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

const root = "../.."

// program is the athens-kfn that TestMain builds.
var program string

func TestMain(m *testing.M) {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	var err error
	if scratch, err = newScratch(); err == nil {
		program = filepath.Join(scratch, "athens-kfn")
		err = buildtest.Into(scratch, root, "athens-kfn")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// files that match a pattern; finding none would test nothing.
func files(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(found), err)
	}
	return found
}

// cases are all examples, all goldens and the sites of this test that have a
// mesh.
func cases(t *testing.T) []manifest.Case {
	t.Helper()
	out := rendered(t, root+"/examples/*/site.yaml", "testdata/sites/*/site.yaml")
	for _, file := range files(t, root+"/testdata/golden/*/output.yaml") {
		c, err := manifest.Golden(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Sites) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// rendered are the sites of files that have a mesh, in each of their regions.
func rendered(t *testing.T, patterns ...string) []manifest.Case {
	t.Helper()
	var out []manifest.Case
	add := func(c manifest.Case, err error) {
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Sites) > 0 {
			out = append(out, c)
		}
	}
	for _, pattern := range patterns {
		for _, file := range files(t, pattern) {
			c, err := manifest.Render(program, file)
			add(c, err)
			for _, s := range c.Sites {
				for _, r := range s.Spec.Regions {
					add(manifest.Region(program, file, r.Name))
				}
			}
		}
	}
	return out
}

// example renders one of examples/.
func example(t *testing.T, name string) manifest.Case {
	t.Helper()
	c, err := manifest.Render(program, filepath.Join(root, "examples", name, "site.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// around is what every cluster of these tests holds besides a site.
var around = sync.OnceValues(func() ([]manifest.Object, error) {
	var out []manifest.Object
	for _, file := range []string{"gateways.yaml", "services.yaml"} {
		text, err := os.ReadFile(filepath.Join("testdata/cluster", file))
		if err != nil {
			return nil, err
		}
		objects, err := manifest.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out = append(out, objects...)
	}
	return out, nil
})

// deploy puts a case into a cluster, with the certificates that its sites
// need, and starts istiod over it.
func deploy(t *testing.T, c manifest.Case, trouble cluster.Trouble, without ...string) (*walk.World, error) {
	t.Helper()
	return deployBeside(t, c, trouble, nil, without...)
}

// deployBeside is deploy in a mesh with neighbours.
func deployBeside(t *testing.T, c manifest.Case, trouble cluster.Trouble, neighbours []*cluster.Cluster, without ...string) (*walk.World, error) {
	t.Helper()
	foreign, err := around()
	if err != nil {
		t.Fatal(err)
	}
	objects := slices.Concat(c.Objects, foreign, certificates(t, c))
	for _, s := range c.Sites {
		objects = append(objects, guest(s.Namespace)...)
	}
	objects = slices.DeleteFunc(objects, func(o manifest.Object) bool {
		return slices.Contains(without, o.String())
	})
	world := &walk.World{Cluster: cluster.New(objects, trouble), TrustDomain: c.Sites[0].Spec.Mesh.TrustDomain}
	world.Istiod, err = istiod.Start(t, world.Cluster, istiod.MeshConfig(c.Sites[0].Spec.Mesh.RootNamespace, world.TrustDomain), neighbours...)
	return world, err
}

// guest is another owner's program in a site's namespace.
func guest(namespace string) []manifest.Object {
	objects, err := manifest.Parse([]byte(strings.ReplaceAll(guestYAML, "NAMESPACE", namespace)))
	if err != nil {
		panic(err)
	}
	return objects
}

//go:embed testdata/cluster/guest.yaml
var guestYAML string

func indent(lines []string) string { return "\n      " + strings.Join(lines, "\n      ") }
