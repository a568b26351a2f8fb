package strict

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// moved notes what became of a field that the types no longer have, and of the
// fields below it; false if none of them ever existed.
func (d *decoder) moved(v *value) bool {
	if d.doc.kind.moved == nil {
		return false
	}
	found, _ := d.movedIn(d.doc.kind.moved(), v)
	return found
}

// movedIn says whether the table has a value or anything below it, and whether it
// has all of it. A section whose parts all have rows of their own gets no
// message itself, unless it means something by being there that no part says.
func (d *decoder) movedIn(table map[string]string, v *value) (found, all bool) {
	became := d.doc.became(table, v.anywhere())
	place := placeIn(became)
	all, said := len(v.children) > 0, !presence(d.doc.kind.root, place)
	for _, c := range v.children {
		f, a := d.movedIn(table, c)
		found, all = found || f, all && a
		said = said || problem.Within(placeIn(d.doc.became(table, c.anywhere())), place)
	}
	if became == "" {
		return found, all
	}
	if !(all && said) && d.first(v) {
		d.findings.note(v, "%s", quote.Said(became))
		d.findings.hide(place) // what is written here is missing there
		if v.parent != nil && v.parent.index >= 0 {
			d.findings.hide(v.parent.path()) // the entry was another thing
		}
	}
	return true, true
}

// placeIn is the place that a row of the table names, or nothing.
func placeIn(became string) string {
	for word := range strings.FieldsSeq(became) {
		if strings.HasPrefix(word, "spec.") {
			return strings.TrimRight(word, ",:;")
		}
	}
	return ""
}

// became looks a path up in the table of moved fields; a path inside an entry of
// the overrides also as the field that it overrides.
func (d *document) became(table map[string]string, path string) string {
	if became := table[path]; became != "" || d.list == nil {
		return became
	}
	inside, ok := strings.CutPrefix(path, d.kind.list+"[]."+d.kind.field)
	if !ok {
		return ""
	}
	return table[d.list.parent.path()+inside]
}

// anywhere is the path of a value with [] for each index.
func (v *value) anywhere() string {
	switch {
	case v.parent == nil:
		return ""
	case v.index >= 0:
		return v.parent.anywhere() + "[]"
	default:
		return problem.Child(v.parent.anywhere(), v.key)
	}
}
