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
	return d.movedIn(d.doc.kind.moved(), v)
}

func (d *decoder) movedIn(table map[string]string, v *value) bool {
	became := d.doc.became(table, v.anywhere())
	if became != "" && d.first(v) {
		d.findings.note(v, "%s", quote.Said(became))
		if place, ok := strings.CutPrefix(became, "has moved to "); ok {
			place, _, _ = strings.Cut(place, ":")
			d.findings[len(d.findings)-1].hides = place // what is written here is missing there
		}
	}
	found := became != ""
	for _, c := range v.children {
		found = d.movedIn(table, c) || found
	}
	return found
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
