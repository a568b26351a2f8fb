package diff

import (
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Whatever stands where a map, a list or a text was, a comparison ends with a
// report, in both directions.
func TestOddManifestsAreCompared(t *testing.T) {
	odd := []*yaml.Node{spectest.Node(t, "null"), spectest.Node(t, "7"), spectest.Node(t, "[]"), spectest.Node(t, "[null, x, {name: a}]"), spectest.Node(t, "{}"), spectest.Node(t, "{a: null, name: [b]}"), spectest.Node(t, "\"\"")}
	files, err := filepath.Glob("../../testdata/golden/*/output.yaml")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d goldens: %v", len(files), err)
	}
	compared := 0
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		nodes, err := krm.ObjectsIn(in)
		if err != nil {
			t.Fatal(err)
		}
		b := &book{t: t, nodes: nodes}
		var all []edit
		for i, n := range nodes {
			b.objects = append(b.objects, b.read(i))
			retype(i, n, odd, func(e edit) { all = append(all, e) })
		}
		for _, e := range spread(all) {
			e.apply()
			o, err := Read(nodes[e.object])
			e.undo()
			if err != nil {
				continue
			}
			after := append([]Object(nil), b.objects...)
			after[e.object] = o
			there, back := Compare(side(b.objects), side(after)), Compare(side(after), side(b.objects))
			if same := tree.Equal(o.tree, b.objects[e.object].tree); same != (len(there) == 0) || same != (len(back) == 0) {
				t.Errorf("%s %s: %d and %d reports", file, e.what, len(there), len(back))
			}
			compared++
		}
	}
	if compared < 100 {
		t.Errorf("%d comparisons prove little", compared)
	}
}

// retype are edits that put other types of values in a manifest.
func retype(object int, n *yaml.Node, odd []*yaml.Node, add func(edit)) {
	for i := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			continue
		}
		at, old := &n.Content[i], n.Content[i]
		for _, value := range odd {
			add(edit{object, "retype", old.Value, func() { *at = value }, func() { *at = old }})
		}
		retype(object, old, odd, add)
	}
}
