package main

import (
	"reflect"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// share gives each Go type of a site one definition, which spec and the overrides
// of a region refer to. The definitions do not say what only a whole site can
// promise, such as required fields: spec says it in addition.
func share(tree map[string]any) {
	properties := tree["properties"].(map[string]any)
	spec := properties["spec"].(map[string]any)
	delete(tree, "description")
	promise := promises(spec)
	d := defs{}
	site := d.share(spec, reflect.TypeFor[v1alpha1.AthensSiteSpec]())
	site["allOf"] = append(list(site["allOf"]), promise)
	properties["spec"] = site
	// A region has no regions.
	own := map[string]any{"type": "object", "additionalProperties": false}
	fields := map[string]any{}
	for name, field := range d["AthensSiteSpec"].(map[string]any)["properties"].(map[string]any) {
		if name != "region" && name != "regions" {
			fields[name] = field
		}
	}
	own["properties"] = fields
	region := d["Region"].(map[string]any)["properties"].(map[string]any)
	own["description"] = region["overrides"].(map[string]any)["description"]
	region["overrides"] = own
	tree["$defs"] = d
}

// promises takes from a schema, and from the fields inside it, what only a whole
// site can promise, and lets null represent a field that is left out. It returns
// what it took.
func promises(schema map[string]any) map[string]any {
	taken := map[string]any{}
	for _, word := range []string{"required", "minProperties", "maxProperties"} {
		if value, ok := schema[word]; ok {
			taken[word] = value
			delete(schema, word)
		}
	}
	inside := map[string]any{}
	properties, _ := schema["properties"].(map[string]any)
	for name, p := range properties {
		if promise := promises(p.(map[string]any)); len(promise) > 0 {
			inside[name] = promise
		}
	}
	if len(inside) > 0 {
		taken["properties"] = inside
	}
	if schema["type"] != nil || schema["anyOf"] != nil || schema["oneOf"] != nil {
		nullable(schema)
	}
	return taken
}

// defs are definitions by the names of Go types.
type defs map[string]any

// share replaces the objects of a schema by references to the definitions of
// their types. What stays in place is the documentation of the field.
func (d defs) share(schema map[string]any, t reflect.Type) map[string]any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if items, ok := schema["items"].(map[string]any); ok && t.Kind() == reflect.Slice {
		schema["items"] = d.share(items, t.Elem())
		return schema
	}
	properties, ok := schema["properties"].(map[string]any)
	if !ok || t.Kind() != reflect.Struct {
		return schema
	}
	out := map[string]any{}
	for _, f := range strict.Fields(t) {
		if p, ok := properties[f.Name].(map[string]any); ok {
			out[f.Name] = d.share(p, f.Type)
		}
	}
	field, def := map[string]any{}, map[string]any{}
	for word, value := range schema {
		switch word {
		case "description", "default", "examples":
			field[word] = value
		default:
			def[word] = value
		}
	}
	def["properties"] = out
	name := t.Name()
	for d[name] != nil && !cmp.Equal(d[name], any(def)) { // as an item of a list, or of another package
		name += "_"
	}
	d[name] = def
	field["allOf"] = []any{map[string]any{"$ref": "#/$defs/" + name}}
	return field
}
