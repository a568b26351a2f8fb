package diff

import (
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// leaf is one field that differs.
type leaf struct {
	// path is printed by tree.Path, and name is the key or the item that it
	// leads to. With order it is a list whose items have another order.
	path, name string
	at         tree.Path
	order      bool
	// old and now are the values; nil for a field that is not there.
	old, now *yaml.Node
	// in is the field of the manifest that has the old state again with the value
	// back in it.
	in   tree.Path
	back *yaml.Node
	// used says that it was reported in better words.
	used bool
}

func newLeaf(at tree.Path, old, now *yaml.Node) leaf {
	return leaf{path: at.String(), at: at, name: at.Last(), old: old, now: now, in: at, back: old}
}

// shallow is how deep a walk asks first whether two trees are equal: that saves
// most of it, and below costs as much again for each level.
const shallow = 16

func differences(at tree.Path, old, now *yaml.Node) (out []leaf) {
	if len(at) < shallow && tree.Equal(old, now) {
		return nil
	}
	if isMap(old) && isMap(now) {
		for _, key := range keys(old, now) {
			a, _ := tree.Own(old, key)
			b, _ := tree.Own(now, key)
			out = append(out, differences(at.With(key), a, b)...)
		}
		return out
	}
	if a, b := namedLists(at, old, now); a != nil {
		return inNamedLists(at, a, b)
	}
	return inLists(at, old, now)
}

// inLists compares lists whose elements have no names, one by one if there are
// as many.
func inLists(at tree.Path, old, now *yaml.Node) (out []leaf) {
	a, b := tree.Items(old), tree.Items(now)
	if len(a) == 0 || len(a) != len(b) || !isMap(a[0]) {
		if tree.Equal(old, now) {
			return nil
		}
		return []leaf{newLeaf(at, old, now)}
	}
	for i := range a {
		out = append(out, differences(at.With(tree.Index(i)), a[i], b[i])...)
	}
	return out
}

// undone is a copy of a manifest in which a field has its old value.
func undone(manifest *yaml.Node, l *leaf) *yaml.Node {
	out := tree.Clone(manifest)
	tree.Set(out, l.in, l.back)
	return out
}

func isMap(n *yaml.Node) bool { return n != nil && n.Kind == yaml.MappingNode }

// keys of maps, sorted.
func keys(all ...*yaml.Node) []string {
	found := map[string]bool{}
	for _, m := range all {
		for key := range tree.Entries(m) {
			found[key] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// texts are the scalars of the list under keys of nested maps.
func texts(n *yaml.Node, keys ...string) (out []string) {
	for _, item := range tree.Items(n, keys...) {
		out = append(out, tree.Text(item))
	}
	return out
}
