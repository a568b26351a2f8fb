package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Find follows a path as a person writes it: with or without spec, with or
// without indices of lists. A field of a region's overrides is that of the spec. A
// key of a map whose names are free is the map
// itself. If a name is unknown, the field above it is returned with false.
func (f *Field) Find(path string) (*Field, bool) {
	at := f
	written := names(path)
	for i, name := range written {
		if i == 0 && name == f.Name {
			continue
		}
		next := at.Child(name)
		if next == nil && at.Overrides {
			next = f.Child(name)
		}
		if next == nil {
			return at, at.Keyed && i == len(written)-1
		}
		at = next
	}
	return at, true
}

// Child is the field inside it that has a name; nil if there is none.
func (f *Field) Child(name string) *Field {
	for _, c := range f.Fields {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// names are the keys of a path, without the items of lists.
func names(path string) []string {
	return slices.DeleteFunc(tree.Parse(path), func(step string) bool { return strings.HasPrefix(step, "[") })
}

// Walk calls visit with the field and all inside it, in the order of the Go
// types.
func (f *Field) Walk(visit func(*Field)) {
	visit(f)
	for _, c := range f.Fields {
		c.Walk(visit)
	}
}

// Nearest are the paths of the known fields that a path may have been meant
// for, at most five, the likeliest first.
func (f *Field) Nearest(path string) []string {
	above, _ := f.Find(path)
	written := names(path)
	if len(written) == 0 {
		return nil
	}
	last := written[len(written)-1]
	type near struct {
		path     string
		distance int
	}
	var all []near
	f.Walk(func(known *Field) {
		distance := problem.Distance(last, known.Name)
		if distance > max(1, len(last)/3) {
			return
		}
		if distance *= 2; above.Child(known.Name) == known {
			distance -= 3 // at the same place, one letter weighs less than another place
		}
		all = append(all, near{known.Path, distance})
	})
	slices.SortStableFunc(all, func(x, y near) int { return x.distance - y.distance })
	var out []string
	for _, n := range all[:min(len(all), 5)] {
		out = append(out, n.path)
	}
	return out
}

// DidYouMean names the fields that an unknown path may have been meant for, or
// those that are known at the place.
func DidYouMean(spec *Field, path string) string {
	if near := spec.Nearest(path); len(near) > 0 {
		return "; did you mean " + strings.Join(near, " or ") + "?"
	}
	above, _ := spec.Find(path)
	if above.Keyed {
		return fmt.Sprintf("; write a key of %s in brackets and quotes, as in %[1]s[%q]", above.Path, "example.com/name")
	}
	if len(above.Fields) == 0 {
		return fmt.Sprintf("; the type of %s is %s", above.Path, above.Type)
	}
	var known []string
	for _, f := range above.Fields {
		known = append(known, f.Name)
	}
	return "; fields of " + above.Path + " are " + strings.Join(known, ", ")
}
