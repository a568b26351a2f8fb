package v1alpha1

import (
	"reflect"
	"strings"
	"sync"
)

// field is a field of a Go type as YAML sees it.
type field struct {
	name  string
	index []int
	// noZero says that zero cannot be asked for, because it reads as "left
	// out": every plain number of this package's types.
	noZero bool
}

// fieldCache keeps the fields of each type, which never change.
var fieldCache sync.Map // reflect.Type → []field

// fieldsOf are the fields of a struct type by their json tags; those of
// embedded structs without a name of their own belong to the struct itself.
func fieldsOf(t reflect.Type) []field {
	if cached, ok := fieldCache.Load(t); ok {
		return cached.([]field)
	}
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
			continue
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			for _, inner := range fieldsOf(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				out = append(out, inner)
			}
			continue
		case name == "":
			name = f.Name
		}
		ours := t.PkgPath() == reflect.TypeFor[AthensSite]().PkgPath()
		out = append(out, field{
			name: name, index: f.Index,
			noZero: ours && f.Type.Kind() == reflect.Int32 && strings.Contains(options, "omitempty"),
		})
	}
	fieldCache.Store(t, out)
	return out
}

// names of the fields of a struct type.
func names(t reflect.Type) []string {
	var out []string
	for _, f := range fieldsOf(t) {
		out = append(out, f.name)
	}
	return out
}

// elsewhere are the paths of the spec's own fields of a name, for a field that
// was written at the wrong place.
func elsewhere(name string) []string { return places()[name] }

// places are the paths of all fields of the spec by their names.
var places = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	pkg := reflect.TypeFor[AthensSite]().PkgPath()
	var walk func(t reflect.Type, path string)
	walk = func(t reflect.Type, path string) {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || t.PkgPath() != pkg {
			return
		}
		for _, f := range fieldsOf(t) {
			out[f.name] = append(out[f.name], child(path, f.name))
			walk(t.FieldByIndex(f.index).Type, child(path, f.name))
		}
	}
	walk(reflect.TypeFor[AthensSiteSpec](), "spec")
	return out
})
