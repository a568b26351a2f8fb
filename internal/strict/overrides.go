package strict

import (
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
		for i, r := range d.list.children {
			if r.isMap() && (r.get("name") == nil || len(r.children) > 1) {
				out = append(out, i)
			}
		}
	}
	return out
}

// merged is the document with an entry merged over the map that holds the list,
// as a JSON merge patch (RFC 7396) does it: maps key by key, null removes, all
// else is replaced. Neither the document nor the entry is changed.
func (d *document) merged(entry int) *value {
	if entry < 0 {
		return d.root
	}
	override := d.list.children[entry]
	if !override.isMap() {
		return d.root
	}
	known := names(TypeAt(d.kind.root, d.kind.list+"[0]"))
	patch := *override
	patch.children = nil
	for _, c := range override.children {
		// A key that an entry must not have is left to the strict reading of
		// the list itself.
		if c.key != "name" && slices.Contains(known, c.key) {
			patch.children = append(patch.children, c)
		}
	}
	return with(d.root, patched(d.list.parent, &patch))
}

// patched is base with a patch applied.
func patched(base, patch *value) *value {
	if !patch.isMap() || !base.isMap() {
		return patch
	}
	out := base
	for _, p := range patch.children {
		if old := out.get(p.key); old.isMap() {
			p = patched(old, p)
		}
		out = with(out, p)
	}
	return out
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

// inMerged is the path in the merged document of a path inside an entry; other
// paths are their own.
func (d *document) inMerged(path string, entry int) string {
	if entry < 0 {
		return path
	}
	prefix := problem.Item(d.kind.list, entry)
	if path != prefix && problem.Within(path, prefix) {
		return d.list.parent.path() + strings.TrimPrefix(path, prefix)
	}
	return path
}
