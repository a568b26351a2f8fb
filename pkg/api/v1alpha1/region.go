package v1alpha1

import (
	"reflect"
	"strconv"
)

// OpenRegions are the names of spec.regions, in their order, while spec.region
// picks none of them; empty for a site of one cluster.
func (s *AthensSite) OpenRegions() (names []string) {
	if s.Spec.Region != "" {
		return nil
	}
	for i := range s.Spec.Regions {
		names = append(names, s.Spec.Regions[i].Name)
	}
	return names
}

// selected is the index of the region that spec.region names, or -1. A name
// that is not in the list is noted.
func (d *document) selected() int {
	spec := d.root.get("spec")
	want := spec.get("region")
	if !want.isScalar() || want.tag() != "!!str" || want.node.Value == "" {
		return -1 // none, or one that the decoder complains about
	}
	regions := spec.get("regions")
	if regions == nil {
		d.note(want, "%q is not in spec.regions, which is empty; add it there, or leave region out", want.text())
		return -1
	}
	if !regions.isList() {
		return -1
	}
	var known []string
	for i, r := range regions.children {
		if name := r.get("name"); name.isScalar() {
			if name.node.Value == want.node.Value {
				return i
			}
			known = append(known, name.node.Value)
		}
	}
	if near, ok := nearest(want.node.Value, known); ok {
		d.note(want, "%q is not in spec.regions; did you mean %s?", want.text(), near)
	} else {
		d.note(want, "%q is not in spec.regions; write one of its names: %s", want.text(), orList(known))
	}
	return -1
}

// overriding are the indices of the regions that override anything.
func (d *document) overriding() []int {
	var out []int
	if regions := d.root.get("spec").get("regions"); regions.isList() {
		for i, r := range regions.children {
			if r.isMap() && (r.get("name") == nil || len(r.children) > 1) {
				out = append(out, i)
			}
		}
	}
	return out
}

// merged is the document with a region's overrides merged over its spec, as a
// JSON merge patch (RFC 7396) does it: maps key by key, null removes, all else
// is replaced. Neither the document nor the region is changed.
func (d *document) merged(region int) *value {
	spec := d.root.get("spec")
	if region < 0 || !spec.isMap() {
		return d.root
	}
	override := spec.get("regions").children[region]
	if !override.isMap() {
		return d.root
	}
	patch := *override
	patch.children = nil
	for _, c := range override.children {
		// A key that a region must not have is left to the strict reading of
		// the list itself.
		if c.key != "name" && indexField(fieldsOf(reflect.TypeFor[Region]()), c.key) >= 0 {
			patch.children = append(patch.children, c)
		}
	}
	return with(d.root, patched(spec, &patch))
}

// patched is base with a patch applied.
func patched(base, patch *value) *value {
	if !patch.isMap() || !base.isMap() {
		return patch
	}
	out := base
	for _, p := range patch.children {
		switch old := out.get(p.key); {
		case old == nil:
			out = with(out, p)
		case p.isMap() && old.isMap():
			out = with(out, patched(old, p))
		default:
			out = with(out, p)
		}
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

// inSpec is the path in the merged spec that a path inside a region's override
// stands for; other paths are their own.
func inSpec(path string, region int) string {
	prefix := "spec.regions[" + strconv.Itoa(region) + "]"
	if region >= 0 && path != prefix && within(path, prefix) {
		return "spec" + path[len(prefix):]
	}
	return path
}
