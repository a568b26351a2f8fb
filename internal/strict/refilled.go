package strict

import (
	"encoding/json"
	"reflect"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// refilled finds what is written empty where a default would be filled in: no value
// is meant there, and the default is one. null is the same as a field that is left
// out, but in overrides it removes what the rest of the document writes, and only
// what is off by default is off then. views are the document, defaulted, with each
// of the overrides; a field in found gets no second finding.
func (d *document) refilled(views []decoded, found findings) (out findings) {
	known := map[string]bool{}
	for _, f := range found {
		known[f.Path] = true
	}
	for _, view := range views {
		d.walk(view.root, reflect.ValueOf(view.site).Elem(), func(v *value, in reflect.Value) {
			message := d.refills(v, in)
			if message == "" || known[v.path()] {
				return
			}
			known[v.path()] = true
			out.note(v, "%s", message)
		})
	}
	return out
}

// walk visits a value and those below it in a document, each with what was read
// from it, in this program's own types; overrides only where they are merged.
func (d *document) walk(v *value, in reflect.Value, visit func(*value, reflect.Value)) {
	if v == nil || v == d.list {
		return
	}
	visit(v, in)
	for in.Kind() == reflect.Pointer && !in.IsNil() {
		in = in.Elem()
	}
	switch {
	case v.isMap() && in.Kind() == reflect.Struct && in.Type().PkgPath() == d.kind.root.PkgPath():
		fields := Fields(in.Type())
		for _, c := range v.children {
			if i := indexField(fields, c.key); i >= 0 {
				d.walk(c, in.FieldByIndex(fields[i].Index), visit)
			}
		}
	case v.isList() && in.Kind() == reflect.Slice && in.Len() == len(v.children):
		for i, c := range v.children {
			d.walk(c, in.Index(i), visit)
		}
	}
}

// refills says what is wrong with a value that is empty, of which something was
// read; empty if that is right.
func (d *document) refills(v *value, in reflect.Value) quote.Said {
	removes := v.isNull() && d.list != nil && problem.Within(v.path(), d.list.path())
	text := v.isScalar() && v.tag() == "!!str" && v.node.Value == ""
	list := v.isList() && len(v.children) == 0
	table := v.isMap() && len(v.children) == 0 && in.Kind() == reflect.Map
	if !removes && !text && !list && !table {
		return ""
	}
	sized := in.Kind() == reflect.Slice || in.Kind() == reflect.Map
	if in.IsZero() || sized && in.Len() == 0 {
		return ""
	}
	filled := quote.Said("its default")
	if data, err := json.Marshal(in.Interface()); err == nil && len(data) < 80 {
		filled = quote.Said(quote.Sprintf("its default, %s,", string(data)))
	}
	if removes {
		return "has no value, and " + filled + " would replace what the spec writes: write the value that is meant"
	}
	return "is empty, and " + filled + " would be used: write a value, or leave it out"
}
