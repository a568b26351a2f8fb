package strict

import (
	"reflect"
	"strings"
	"sync"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// Field is a field of a Go type as YAML sees it.
type Field struct {
	// Name is its key.
	Name string
	// Index leads to it, as reflect counts.
	Index []int
	Type  reflect.Type
	// Optional says that it is left out if it is empty.
	Optional bool
	// KeepsEmpty says that an empty list or map differs from one that is left
	// out (omitzero alone).
	KeepsEmpty bool
}

// fieldCache keeps the fields of each type, which never change.
var fieldCache sync.Map // reflect.Type → []Field

// Fields are the fields of a struct type by their json tags, in the order of the
// type; those of embedded structs without a name of their own belong to the
// struct itself.
func Fields(t reflect.Type) []Field {
	if cached, ok := fieldCache.Load(t); ok {
		return cached.([]Field)
	}
	var out []Field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
			continue
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			for _, inner := range Fields(f.Type) {
				inner.Index = append([]int{i}, inner.Index...)
				out = append(out, inner)
			}
			continue
		case name == "":
			name = f.Name
		}
		out = append(out, Field{name, f.Index, f.Type, strings.Contains(options, "omit"), options == "omitzero"})
	}
	fieldCache.Store(t, out)
	return out
}

// names of the fields of a struct type.
func names(t reflect.Type) []string {
	var out []string
	for _, f := range Fields(t) {
		out = append(out, f.Name)
	}
	return out
}

// placeCache keeps the places of each kind.
var placeCache sync.Map // reflect.Type → map[string][]string

// places are the paths of all fields of a kind's spec by their names, for a
// field that was written at the wrong place.
func places(kind reflect.Type) map[string][]string {
	if cached, ok := placeCache.Load(kind); ok {
		return cached.(map[string][]string)
	}
	out := map[string][]string{}
	var walk func(t reflect.Type, path string)
	walk = func(t reflect.Type, path string) {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || t.PkgPath() != kind.PkgPath() {
			return
		}
		for _, f := range Fields(t) {
			at := problem.Child(path, f.Name)
			if problem.Within(at, "spec") && at != "spec" {
				out[f.Name] = append(out[f.Name], at)
			}
			walk(f.Type, at)
		}
	}
	walk(kind, "")
	placeCache.Store(kind, out)
	return out
}

// structOf is a struct type or what a pointer to one points to; nil for others.
func structOf(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	return t
}

// fieldType is the type of a field of a struct; nil if there is none.
func fieldType(t reflect.Type, name string) reflect.Type {
	if t = structOf(t); t == nil {
		return nil
	}
	if i := indexField(Fields(t), name); i >= 0 {
		return Fields(t)[i].Type
	}
	return nil
}

// TypeAt is the type of the field at a path; nil if there is none.
func TypeAt(t reflect.Type, path string) reflect.Type {
	for _, s := range problem.Steps(path) {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if s.Index >= 0 && t.Kind() == reflect.Slice || s.Index < 0 && t.Kind() == reflect.Map {
			t = t.Elem()
		} else if t = fieldType(t, s.Key); t == nil {
			return nil
		}
	}
	return t
}
