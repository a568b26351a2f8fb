package diff

import (
	"maps"
	"reflect"
	"slices"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// leaf is one field that differs.
type leaf struct {
	// path is printed by tree.Path, and name is the key or the item that it
	// leads to. With order it is a list whose items have another order.
	path, name string
	order      bool
	// old and now are the values; absent for a field that is not there.
	old, now any
	// in is where the field lies in the manifest of now (keys of mappings and
	// indexes of lists), and undo the value that puts the old state back there.
	in   []any
	undo func() any
	// used says that it was reported in better words.
	used bool
}

// absent is the value of a field that is not there: null is a value.
type absent struct{}

// place is a position in two trees that are walked side by side.
type place struct {
	path tree.Path
	in   []any
}

// step clones: the places of siblings must not share an array.
func (p place) step(step string, key any) place {
	return place{p.path.With(step), append(slices.Clone(p.in), key)}
}

// leaf is a difference at the place, or one step on.
func (p place) leaf(old, now any, undo func() any, step ...string) leaf {
	path := append(slices.Clip(p.path), step...)
	return leaf{path: path.String(), name: path.Last(), old: old, now: now, in: p.in, undo: undo}
}

// shallow is how deep a walk asks first whether two trees are equal: that saves
// most of it, and below costs as much again for each level.
const shallow = 16

// differences walks two trees side by side.
func differences(at place, old, now any) []leaf {
	if len(at.in) < shallow && reflect.DeepEqual(old, now) {
		return nil
	}
	a, b := mapping(old), mapping(now)
	if a != nil && b != nil {
		var out []leaf
		for _, key := range keys(a, b) {
			out = append(out, differences(at.step(key, key), member(a, key), member(b, key))...)
		}
		return out
	}
	if x, y := namedLists(at.path, items(old), items(now)); x != nil {
		return inNamedLists(at, x, y)
	}
	return inLists(at, old, now)
}

// inLists compares lists whose elements have no names, one by one if there are
// as many.
func inLists(at place, old, now any) []leaf {
	a, b := items(old), items(now)
	if len(a) == 0 || len(a) != len(b) || mapping(a[0]) == nil {
		if reflect.DeepEqual(old, now) {
			return nil
		}
		return []leaf{at.leaf(old, now, func() any { return old })}
	}
	var out []leaf
	for i := range a {
		out = append(out, differences(at.step(tree.Index(i), i), a[i], b[i])...)
	}
	return out
}

// member is a value of a mapping, or absent.
func member(m map[string]any, key string) any {
	if v, ok := m[key]; ok {
		return v
	}
	return absent{}
}

// undone is a copy of a manifest in which a field has its old value.
func undone(manifest map[string]any, l *leaf) map[string]any {
	return mapping(put(manifest, l.in, l.undo()))
}

func put(v any, in []any, value any) any {
	if len(in) == 0 {
		return value
	}
	switch key := in[0].(type) {
	case string:
		m := maps.Clone(mapping(v))
		if m[key] = put(m[key], in[1:], value); m[key] == (absent{}) {
			delete(m, key)
		}
		return m
	case int:
		list := slices.Clone(items(v))
		list[key] = put(list[key], in[1:], value)
		return list
	}
	return v
}

func keys(a, b map[string]any) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}
