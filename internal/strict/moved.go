package strict

import (
	"regexp"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

var index = regexp.MustCompile(`\[\d+\]`)

// moved notes what became of a field that the types no longer have, and of the
// fields below it; false if none of them ever existed.
func (d *decoder) moved(v *value) bool {
	if len(d.doc.kind.moved) == 0 {
		return false
	}
	became := d.doc.became(v.path())
	if became != "" && d.first(v) {
		d.findings.note(v, "%s", quote.Said(became))
		place, _, _ := strings.Cut(strings.TrimPrefix(became, "has moved to "), ":")
		d.findings[len(d.findings)-1].hides = place // what is written here is missing there
	}
	found := became != ""
	for _, c := range v.children {
		found = d.moved(c) || found
	}
	return found
}

// became looks a path up in the table of moved fields; a path inside an entry of
// the overrides also as the field that it overrides.
func (d *document) became(path string) string {
	path = index.ReplaceAllString(path, "[]")
	if became := d.kind.moved[path]; became != "" || d.list == nil {
		return became
	}
	inside, ok := strings.CutPrefix(path, d.kind.list+"[]."+d.kind.field)
	if !ok {
		return ""
	}
	return d.kind.moved[d.list.parent.path()+inside]
}
