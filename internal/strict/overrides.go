package strict

import (
	"reflect"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// selected is the index of the entry that the document chooses, or -1. A name
// that is not in the list is noted.
func (d *document) selected() int {
	if d.kind.list == "" {
		return -1
	}
	want, list := d.root.at(d.kind.chosen), d.list
	if !want.isScalar() || want.tag() != "!!str" || want.node.Value == "" {
		return -1 // none, or one that the decoder complains about
	}
	if list == nil {
		d.note(want, "%q is not in %s, which is empty; add it there, or leave %s out", want.text(), d.kind.list, want.key)
		return -1
	}
	if !list.isList() {
		return -1
	}
	var known []string
	for i, r := range list.children {
		if name := r.get("name"); name.isScalar() {
			if name.node.Value == want.node.Value {
				return i
			}
			known = append(known, name.node.Value)
		}
	}
	if near, ok := problem.Nearest(want.node.Value, known); ok {
		d.note(want, "%q is not in %s; did you mean %s?", want.text(), d.kind.list, near)
	} else {
		d.note(want, "%q is not in %s; write one of its names: %s", want.text(), d.kind.list, problem.OrList(known))
	}
	return -1
}

// overriding are the indices of the entries that override anything.
func (d *document) overriding() []int {
	var out []int
	if d.list.isList() {
		for i := range d.list.children {
			if d.overrides(i).isMap() {
				out = append(out, i)
			}
		}
	}
	return out
}

// overrides are those of an entry; nil if it has none.
func (d *document) overrides(entry int) *value { return d.list.children[entry].get(d.kind.field) }

// isOverrides says whether a value is the overrides of an entry.
func (d *document) isOverrides(v *value) bool {
	return d.list != nil && v.key == d.kind.field && v.parent != nil && v.parent.parent == d.list
}

// barred says whether overrides must not write a field: the list of entries, and
// the field that chooses one of them.
func (k kind) barred(field string) bool {
	return strings.HasSuffix(k.list, "."+field) || strings.HasSuffix(k.chosen, "."+field)
}

// merged is the document with the overrides of an entry merged over the map that
// holds the list, as a JSON merge patch (RFC 7396) does it: maps key by key, null
// removes, all else is replaced. In addition, one of several keys of which at most
// one is written replaces the others. Neither the document nor the entry is
// changed.
func (d *decoder) merged(entry int) *value {
	doc := d.doc
	if entry < 0 || !doc.overrides(entry).isMap() {
		return doc.root
	}
	patch := *doc.overrides(entry)
	// A key that overrides must not have is left to the strict reading of the
	// list itself.
	patch.children = slices.DeleteFunc(slices.Clone(patch.children), func(c *value) bool { return doc.kind.barred(c.key) })
	base := doc.list.parent
	return with(doc.root, d.patched(base, &patch, TypeAt(doc.kind.root, base.path())))
}

// patched is base, nil if there is none, with a patch applied. Both are of a
// type, nil if that is not known.
func (d *decoder) patched(base, patch *value, t reflect.Type) *value {
	if !patch.isMap() {
		return patch
	}
	out := base
	if !base.isMap() {
		out = patch
	}
	groups := d.doc.kind.groups(t)
	for _, p := range patch.children {
		old := base.get(p.key)
		switch {
		case p.isNull():
			d.needless(p, old, patch, groups)
		case p.isMap() && len(p.children) == 0 && old.isMap() && len(old.children) > 0:
			d.note(p, "is empty and changes nothing, because it is merged over what the spec writes: write the fields that differ, or remove it")
		default:
			p = d.patched(old, p, fieldType(t, p.key))
		}
		if out = with(out, p); !p.isNull() {
			out = without(out, siblings(groups, p.key), patch)
		}
	}
	return out
}

// needless notes a null that removes nothing, or what another key replaces.
func (d *decoder) needless(null, old, patch *value, groups [][]string) {
	for _, key := range siblings(groups, null.key) {
		if !patch.get(key).isNull() {
			d.note(null, "has no value; remove it: %s replaces it", key)
			return
		}
	}
	if old.isNull() {
		d.note(null, "has no value, and there is no value to override; remove it")
	}
}

// groups of fields of a type of which at most one is written.
func (k kind) groups(t reflect.Type) [][]string {
	if t = structOf(t); t == nil {
		return nil
	}
	return k.oneOf(t)
}

// siblings are the other keys of the groups that hold a key.
func siblings(groups [][]string, key string) (others []string) {
	for _, group := range groups {
		if slices.Contains(group, key) {
			others = append(others, slices.DeleteFunc(slices.Clone(group), func(k string) bool { return k == key })...)
		}
	}
	return others
}

// with is a copy of a map in which a value stands under its key.
func with(m, v *value) *value {
	out := *m
	out.children, out.byKey = nil, nil
	found := false
	for _, c := range m.children {
		if c.key == v.key {
			c, found = v, true
		}
		out.children = append(out.children, c)
	}
	if !found {
		out.children = append(out.children, v)
	}
	return &out
}

// without is a map without those of some keys that are not of a patch itself.
func without(m *value, keys []string, patch *value) *value {
	drops := func(c *value) bool { return slices.Contains(keys, c.key) && patch.get(c.key) == nil }
	if !slices.ContainsFunc(m.children, drops) {
		return m
	}
	out := *m
	out.children, out.byKey = slices.DeleteFunc(slices.Clone(m.children), drops), nil
	return &out
}

// inMerged is the path in the merged document of a path inside an entry; other
// paths are their own.
func (d *document) inMerged(path string, entry int) string {
	if entry < 0 {
		return path
	}
	prefix := problem.Child(problem.Item(d.kind.list, entry), d.kind.field)
	if path != prefix && problem.Within(path, prefix) {
		return d.list.parent.path() + strings.TrimPrefix(path, prefix)
	}
	return path
}
