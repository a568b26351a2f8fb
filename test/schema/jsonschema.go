package main

import (
	"encoding/json"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// jsonSchema prints the JSON Schema of a kind, which an editor completes and
// checks with.
func (t *types) jsonSchema(kind string, props *apiext.JSONSchemaProps) ([]byte, error) {
	tree, err := treeOf(props)
	if err != nil {
		return nil, err
	}
	t.strict(tree)
	properties := tree["properties"].(map[string]any)
	annotate(properties["spec"].(map[string]any))
	properties["apiVersion"] = map[string]any{"const": v1alpha1.APIVersion}
	properties["kind"] = map[string]any{"const": kind}
	required := []string{"apiVersion", "kind"}
	if properties["metadata"] != nil {
		properties["metadata"] = metadata
		required = append(required, "metadata")
	}
	tree["required"] = append(required, "spec")
	tree["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	tree["title"] = kind
	if kind == v1alpha1.Kind {
		share(tree)
	}
	data, err := json.MarshalIndent(tree, "", "  ")
	return append(data, '\n'), err
}

// metadata is the part of ObjectMeta that a manifest writes.
var metadata = map[string]any{
	"type":     "object",
	"required": []string{"name"},
	"properties": map[string]any{
		"name":        map[string]any{"type": "string"},
		"namespace":   map[string]any{"type": "string"},
		"labels":      texts,
		"annotations": texts,
	},
}

var texts = map[string]any{
	"type":                 "object",
	"additionalProperties": map[string]any{"type": "string"},
}

// strict turns the OpenAPI dialect of CRDs into JSON Schema and closes objects:
// an unknown field is a mistake here, where a cluster would drop it.
func (t *types) strict(schema map[string]any) {
	for _, word := range []string{
		"x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string", "x-kubernetes-validations",
		"x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type",
	} {
		delete(schema, word)
	}
	if schema["nullable"] == true {
		delete(schema, "nullable")
		nullable(schema)
	}
	properties, _ := schema["properties"].(map[string]any)
	_, open := schema["additionalProperties"]
	if schema["type"] != nil && isObject(schema["type"]) && !open {
		schema["additionalProperties"] = false
	}
	for _, p := range properties {
		t.strict(p.(map[string]any))
	}
	for _, word := range []string{"items", "additionalProperties"} {
		if inner, ok := schema[word].(map[string]any); ok {
			t.strict(inner)
		}
	}
}

// nullable lets a value be null as well.
func nullable(schema map[string]any) {
	null := map[string]any{"type": "null"}
	for _, word := range []string{"oneOf", "anyOf"} {
		if choices, ok := schema[word].([]any); ok {
			schema[word] = append(choices[:len(choices):len(choices)], null)
			return
		}
	}
	schema["type"] = []any{schema["type"], "null"}
	if enum, ok := schema["enum"].([]any); ok {
		schema["enum"] = append(enum, nil)
	}
}

func isObject(kind any) bool {
	if kinds, ok := kind.([]any); ok {
		kind = kinds[0]
	}
	return kind == "object"
}
