package strict

import (
	"reflect"
	"slices"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// unused finds what is written and means nothing. Overrides must mean something
// where they are merged. What is written once for all entries must mean something
// in one of them, or in the document itself if there are none: each of views is
// the document, defaulted, as one of them has it.
func (d *document) unused(views []decoded, broken *problem.Broken) (out findings) {
	useless := make([][]written, len(views))
	off := make([]map[string]bool, len(views))
	for i, view := range views {
		off[i] = map[string]bool{}
		for _, u := range unusedOf(view.site) {
			for _, w := range d.writtenBelow(view.root, u) {
				useless[i] = append(useless[i], w)
				off[i][w.path] = true
			}
		}
	}
	// used says whether one of the views has what was written and a use for it.
	used := func(w written) bool {
		for i, view := range views {
			if v := view.root.at(w.path); v != nil && v.path() == w.leaf.path() && !off[i][w.path] {
				return true
			}
		}
		return false
	}
	seen := map[string]bool{}
	for _, w := range slices.Concat(useless...) {
		at := w.top.path()
		own := d.list != nil && problem.Within(at, d.list.path())
		if seen[at] || broken.Touches(at) || !own && used(w) {
			continue
		}
		seen[at] = true
		out.note(w.top, "%s", w.message)
	}
	return out
}

func unusedOf(k Kind) []problem.Unused {
	if k, ok := k.(interface{ Unused() []problem.Unused }); ok {
		return k.Unused()
	}
	return nil
}

// written is a value that was written where it means nothing.
type written struct {
	leaf *value
	// path of the leaf in the merged document.
	path string
	// top is the field that a finding is about, as it was written.
	top *value
	// message of the finding.
	message string
}

// writtenBelow is what a merged document holds at a path that means nothing.
// null and what is empty are not written.
func (d *document) writtenBelow(root *value, u problem.Unused) (out []written) {
	v, at := root.at(u.Path), u.Path
	if v.isNull() {
		return nil
	}
	var walk func(v *value, at string, depth int)
	walk = func(v *value, at string, depth int) {
		if v.isMap() && len(v.children) > 0 {
			for _, c := range v.children {
				walk(c, problem.Child(at, c.key), depth+1)
			}
			return
		}
		if v.isNull() || !v.isScalar() && len(v.children) == 0 && !presence(d.kind.root, at) {
			return
		}
		top := v
		for range depth {
			top = top.parent
		}
		out = append(out, written{v, at, top, u.Message})
	}
	if len(u.Except) == 0 {
		walk(v, at, 0)
		return out
	}
	for _, c := range v.children {
		if !slices.Contains(u.Except, c.key) {
			walk(c, problem.Child(at, c.key), 0)
		}
	}
	return out
}

// presence says whether a field means something by being there, as {}.
func presence(kind reflect.Type, path string) bool {
	t := TypeAt(kind, path)
	return t != nil && t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct
}
