package v1alpha1

import (
	"reflect"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// union is a group of fields of a type of which at most one is written, or
// exactly one.
type union struct {
	keys    []string
	exactly bool
}

// unions checks every union in a part of the spec. The overrides of regions are
// checked where they are merged.
func (r *rules) unions(place string, in reflect.Value, optional bool) {
	for in.Kind() == reflect.Pointer && !in.IsNil() {
		in = in.Elem()
	}
	t := in.Type()
	switch {
	case t.Kind() == reflect.Slice && t != reflect.TypeFor[[]Region]():
		for i := range in.Len() {
			r.unions(item(place, i), in.Index(i), false)
		}
	case t.Kind() == reflect.Struct && t.PkgPath() == reflect.TypeFor[union]().PkgPath():
		set, of := map[string]bool{}, unions[t.Name()]
		for i := range t.NumField() {
			switch t.Field(i).Type.Kind() {
			case reflect.Pointer, reflect.Slice, reflect.Struct:
			default:
				if of == nil {
					continue
				}
			}
			name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			set[name] = !in.Field(i).IsZero()
			r.unions(child(place, name), in.Field(i), options != "")
		}
		for _, u := range of {
			if place == "spec.gateway" && r.spec.Mesh.Mode != MeshNone {
				continue // where istio is the default, also beside ingress
			}
			r.union(place, u, set, optional)
		}
	}
}

// union checks one union, by the names of the fields that are set.
func (r *rules) union(place string, u union, set map[string]bool, optional bool) {
	written := slices.DeleteFunc(slices.Clone(u.keys), func(key string) bool { return !set[key] })
	if len(written) == 0 {
		cure := "write " + orList(u.keys) + " under it"
		if optional {
			cure += ", or leave it out"
		}
		known := func(p problem.Problem) bool { return p.Path == place } // by a rule that says more
		if u.exactly && !slices.ContainsFunc(r.problems, known) {
			r.add(place, "has none of its keys: %s", quote.Said(cure))
		}
		return
	}
	name := place[strings.LastIndex(place, ".")+1:]
	cure := "a kustomize patch needs $patch: replace next to the one that it sets"
	if strings.HasSuffix(name, "]") { // where kustomize drops a patch with $patch: replace
		name, cure = "an entry", "a kustomize patch removes the other with null"
	}
	for _, key := range written[1:] {
		r.second(child(place, key), "is set together with "+written[0]+", but "+name+" takes one of them: remove one; "+cure)
	}
}

// second complains about a further key of a union.
func (r *rules) second(place, message string) { r.add(place, "%s", quote.Said(message)) }
