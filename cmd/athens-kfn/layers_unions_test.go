package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// unionCase is a union of which one layer sets a key and the next another one.
type unionCase struct {
	layer
	name string
	// path of the union in the spec, and what should be there; name[key] is the
	// entry h of a list.
	path []string
	want string
	// cure is what the program must say if kustomize leaves both keys.
	cure string
}

// A layer that sets another key of a union replaces the first, as a strategic
// merge and as a JSON patch; where kustomize cannot, the program refuses what
// comes out, and its words are the cure. The same in the overrides of a region, for
// the first two keys.
// Found by the types.
func TestLayers_EveryUnion(t *testing.T) {
	var cases []unionCase
	var walk func(in reflect.Type, path []string, list string)
	walk = func(in reflect.Type, path []string, list string) {
		for in.Kind() == reflect.Pointer {
			in = in.Elem()
		}
		switch {
		case in.Kind() == reflect.Slice && in.Elem() != reflect.TypeFor[v1alpha1.Region]():
			walk(in.Elem(), path, keyOf(in.Elem()))
		case in.Kind() == reflect.Struct && in.PkgPath() == reflect.TypeFor[v1alpha1.AthensSite]().PkgPath():
			for _, group := range (*v1alpha1.AthensSite)(nil).OneOf(in) {
				for _, a := range group {
					for _, b := range group {
						if a != b {
							cases = append(cases, unionCases(in, path, list, a, b, false)...)
							if a == group[0] && b == group[1] {
								cases = append(cases, unionCases(in, path, list, a, b, true)...)
							}
						}
					}
				}
			}
			inside := slices.Clone(path)
			if list != "" {
				inside[len(inside)-1] += "[" + list + "]"
			}
			for _, f := range strict.Fields(in) {
				walk(f.Type, append(inside[:len(inside):len(inside)], f.Name), "")
			}
		}
	}
	walk(reflect.TypeFor[v1alpha1.AthensSiteSpec](), nil, "")
	var made [][]byte
	for chunk := range slices.Chunk(cases, 40) { // kustomize looks at all resources for each patch
		all := make([]layer, len(chunk))
		for i, c := range chunk {
			all[i] = c.layer
		}
		made = append(made, layers(t, all...)...)
	}
	unions := map[string]bool{}
	for i, text := range made {
		c := cases[i]
		unions[c.want] = true
		var object map[string]any
		var want any
		for text, into := range map[string]any{string(text): &object, c.want: &want} {
			if err := yaml.Unmarshal([]byte(text), into); err != nil {
				t.Fatal(err)
			}
		}
		wanted, _ := json.Marshal(want)
		got := under(t, object, c.path)
		if got == string(wanted) || c.cure != "" && strings.Contains(refusal(t, text), " takes one of them: remove one; a kustomize patch "+c.cure) {
			continue
		}
		t.Errorf("%s of %v: got %s, want %s, or an error with the cure:\n%s\n%s\n%s", c.name, c.path, got, wanted, c.object, c.patch, refusal(t, text))
	}
	if len(unions) < 40 {
		t.Errorf("found only %d keys of unions", len(unions))
	}
}

// keyOf is the key of a list of unions; none for one that is replaced as a whole.
func keyOf(entry reflect.Type) string {
	for _, key := range []string{"host", "path"} {
		if entry.Kind() == reflect.Struct && strict.TypeAt(entry, key) != nil {
			return key
		}
	}
	return "none"
}

// unionCases are the ways from one key of a union to another, in the spec or in the
// overrides of a region.
func unionCases(in reflect.Type, path []string, list, a, b string, override bool) (out []unionCase) {
	value := func(key string) string {
		for _, f := range strict.Fields(in) {
			if f.Name == key && f.Type.Kind() == reflect.String {
				return key + ": h"
			}
		}
		return key + ": {}"
	}
	// One in a list is in an entry with a key, unless a key of the union is it.
	entry := func(inside string) string {
		switch {
		case list == "":
			return "{" + inside + "}"
		case strict.TypeAt(in, list) == nil || a == list || b == list:
			return "[{" + inside + "}]"
		}
		return "[{" + list + ": h, " + inside + "}]"
	}
	pointer := "/spec/" + inJSON(path)
	place := func(value string) ([]string, string) { return path, value }
	if override {
		pointer = "/spec/regions/0/overrides/" + inJSON(path)
		place = func(value string) ([]string, string) {
			return []string{"regions"}, "[{name: r, overrides: " + nested(path, value) + "}]"
		}
	}
	if list != "" {
		pointer += "/0"
	}
	before, after := value(a), entry(value(b))
	_, set, _ := strings.Cut(value(b), ": ")
	cure, cured := "needs $patch: replace next to the one that it sets", entry("$patch: replace, "+value(b))
	if list != "" {
		cure, cured = "removes the other with null", entry(a+": null, "+value(b))
	}
	if a == list || b == list || list == "none" { // the list is replaced
		cured = after
	}
	for name, c := range map[string]struct{ patch, cure string }{
		"merge":               {siteWith(place(after)), cure},
		"merge with the cure": {siteWith(place(cured)), ""},
		"JSON add":            {fmt.Sprintf("- {op: add, path: %s/%s, value: %s}\n", pointer, b, set), cure},
		"JSON remove and add": {fmt.Sprintf("- {op: remove, path: %s/%s}\n- {op: add, path: %[1]s/%[3]s, value: %[4]s}\n", pointer, a, b, set), ""},
	} {
		// Without a mesh, so that no key of a union is the default.
		site := strings.Replace(siteWith(place(entry(before))), "spec: {", "spec: {mesh: {mode: None}, ", 1)
		at, want := place(after)
		out = append(out, unionCase{layer{site, c.patch}, name, at, want, c.cure})
	}
	return out
}

// inJSON is a path as a JSON pointer writes it.
func inJSON(path []string) string {
	var out []string
	for _, name := range path {
		name, _, list := strings.Cut(name, "[")
		if out = append(out, name); list {
			out = append(out, "0")
		}
	}
	return strings.Join(out, "/")
}

// refusal is what the program says to a site.
func refusal(t *testing.T, site []byte) string {
	t.Helper()
	var doc yamlv3.Node
	if err := yamlv3.Unmarshal(site, &doc); err != nil {
		t.Fatal(err)
	}
	_, problems := strict.Load[v1alpha1.AthensSite](&doc)
	var out strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&out, "%s: %s\n", p.Path, p.Message)
	}
	return out.String()
}
