package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1/schema"
)

// A default in the schema is what Default fills in where nothing else is
// written, and an example is a value that the schema allows.
func TestDefaultsAndExamples(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema.JSON))
	if err != nil {
		t.Fatal(err)
	}
	defs := doc.(map[string]any)["$defs"].(map[string]any)
	defaults, examples := 0, 0
	var walk func(n map[string]any, path []string, pointer string)
	walk = func(n map[string]any, path []string, pointer string) {
		c := jsonschema.NewCompiler()
		if err := c.AddResource("schema.json", doc); err != nil {
			t.Fatal(err)
		}
		if value, ok := n["default"]; ok && ours(path) {
			defaults++
			if diff := cmp.Diff(plain(value), plain(filled(t, path))); diff != "" {
				t.Errorf("%s: -documented +filled in:\n%s", strings.Join(path, "."), diff)
			}
		}
		for _, value := range list(n["examples"]) {
			examples++
			s, err := c.Compile("schema.json" + pointer)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(value); err != nil {
				t.Errorf("%s: %v", strings.Join(path, "."), err)
			}
		}
		for _, part := range list(n["allOf"]) {
			if ref, ok := part.(map[string]any)["$ref"].(string); ok {
				pointer, n = ref, defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
			}
		}
		properties, _ := n["properties"].(map[string]any)
		for name, p := range properties {
			if name != "regions" {
				walk(p.(map[string]any), append(path[:len(path):len(path)], name), pointer+"/properties/"+name)
			}
		}
	}
	spec := doc.(map[string]any)["properties"].(map[string]any)["spec"].(map[string]any)
	walk(spec, nil, "#/properties/spec")
	if defaults < 40 || examples < 4 {
		t.Errorf("%d defaults and %d examples only", defaults, examples)
	}
}

// ours says whether a field is of this program's own types: those of
// Kubernetes bring defaults of their own.
func ours(path []string) bool {
	return len(path) < 2 || path[1] != "env" && path[1] != "resources"
}

// filled is what Default gives a field whose parents are written, empty.
func filled(t *testing.T, path []string) any {
	t.Helper()
	parents := map[string]any{}
	for i := len(path) - 2; i >= 0; i-- {
		parents = map[string]any{path[i]: parents}
	}
	data, err := json.Marshal(parents)
	if err != nil {
		t.Fatal(err)
	}
	site := &v1alpha1.AthensSite{}
	if err := json.Unmarshal(data, &site.Spec); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	site.Default()
	if data, err = json.Marshal(site.Spec); err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	for _, name := range path {
		inside, _ := value.(map[string]any)
		value = inside[name]
	}
	return value
}

// plain makes values comparable that are written in several ways.
func plain(value any) any {
	switch v := value.(type) {
	case json.Number:
		f, _ := v.Float64()
		return f
	case nil:
		return false // a bool that is left out
	case string:
		if d, err := time.ParseDuration(v); err == nil {
			return d
		}
	}
	return value
}
