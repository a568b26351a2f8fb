package strict

import (
	"reflect"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// unknown notes a field that a type does not have, and what was meant.
func (d *decoder) unknown(v *value, t reflect.Type) {
	if d.moved(v) || !d.first(v) {
		return
	}
	known := names(t)
	if d.doc.isOverrides(v.parent) {
		known = slices.DeleteFunc(known, d.doc.kind.barred)
	}
	if v.key == "" {
		known = nil
	}
	near, ok := problem.Nearest(v.key, known)
	hides := ""
	message := "unknown field; "
	switch places := d.doc.places(v); {
	case len(places) > 0:
		message += "it belongs at " + problem.OrList(places)
	case ok:
		message += "did you mean " + near + "?"
		if v.parent.get(near).isNull() {
			hides = problem.Child(v.parent.path(), near)
		}
	case len(known) == 0:
		message += "nothing can be set here, write {}"
	default:
		message += "known are " + strings.Join(known, ", ")
	}
	d.findings.note(v, "%s", quote.Said(message))
	d.findings.hide(hides)
}

// places are where a field of the name of an unknown one is, in the sections
// around that one or in the next one below. One that is further away is most
// likely another thing. What an entry of the overrides holds belongs in its
// overrides.
func (d *document) places(v *value) (out []string) {
	section, above, inside := v.parent.path(), "", ""
	if d.list != nil {
		for i := range d.list.children {
			entry := problem.Item(d.kind.list, i)
			if !problem.Within(section, entry) {
				continue
			}
			if d.kind.barred(v.key) {
				return nil
			}
			above, inside = d.list.parent.path(), problem.Child(entry, d.kind.field)
			section = above + strings.TrimPrefix(strings.TrimPrefix(section, inside), entry)
		}
	}
	for _, place := range places(d.kind.root)[v.key] {
		parent := place[:strings.LastIndexByte(place, '.')]
		if parent == section {
			return []string{inside + strings.TrimPrefix(place, above)}
		}
		if problem.Within(section, parent) || parent[:max(0, strings.LastIndexByte(parent, '.'))] == section {
			out = append(out, inside+strings.TrimPrefix(place, above))
		}
	}
	return out
}

// asMap ends a message about a scalar in the place of a map: the map that was
// meant, where it can be computed.
func (d *decoder) asMap(v *value, t reflect.Type) quote.Said {
	if !v.isScalar() {
		return ""
	}
	known, secret := names(t), d.isSecret(v, t)
	write := ""
	switch {
	case len(known) == 0 && v.tag() == "!!bool":
		write = "{} for true, or leave it out for false"
	case v.tag() == "!!bool" && slices.Contains(known, "enabled"):
		write = "{enabled: " + v.node.Value + "}"
	case v.tag() == "!!bool" && slices.Contains(known, "create"):
		write = "{create: " + v.node.Value + "}"
	case slices.Contains(known, v.node.Value) && len(known) > 1:
		write = "{" + v.node.Value + ": …}"
	case secret && len(known) == 1 && known[0] == "secretRef":
		write = "{secretRef: {name: NAME}}"
	case slices.Contains(known, "name") && secret:
		write = "{name: NAME}"
	case len(known) == 1 && known[0] == "name" && v.tag() == "!!str":
		write = "{name: " + quote.Short(v.node.Value) + "}"
	default:
		return ""
	}
	return quote.Said(". Write " + write)
}
