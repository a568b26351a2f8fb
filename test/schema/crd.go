package main

import (
	"bytes"
	"encoding/json"
	"slices"

	"sigs.k8s.io/yaml"
)

// crdYAML prints the CustomResourceDefinition, without the status that a
// cluster fills.
func (t *types) crdYAML() ([]byte, error) {
	tree, err := treeOf(t.crd)
	if err != nil {
		return nil, err
	}
	delete(tree, "status")
	withoutDocs(tree)
	data, err := yaml.Marshal(tree)
	return append([]byte("# Generated from the Go types by make generate; do not edit.\n"), data...), err
}

// coreFields are those of Kubernetes' own types.
var coreFields = []string{"resources", "env", "affinity", "tolerations", "topologySpreadConstraints"}

// withoutDocs takes the documentation away from what lies inside Kubernetes' own
// types: kubectl explain knows it from elsewhere, and it is a large part of the CRD.
func withoutDocs(n any) {
	switch n := n.(type) {
	case []any:
		for _, inner := range n {
			withoutDocs(inner)
		}
	case map[string]any:
		properties, _ := n["properties"].(map[string]any)
		for name, inner := range properties {
			if field, ok := inner.(map[string]any); ok && (slices.Contains(coreFields, name)) {
				description := field["description"]
				undocument(field)
				field["description"] = description
			}
		}
		for _, inner := range n {
			withoutDocs(inner)
		}
	}
}

// undocument removes every description and default from a schema.
func undocument(n any) {
	switch n := n.(type) {
	case []any:
		for _, inner := range n {
			undocument(inner)
		}
	case map[string]any:
		if text, ok := n["description"].(string); ok && text != "" {
			delete(n, "description")
		}
		delete(n, "default") // the CRD has none: the defaults of a site depend on each other
		for _, inner := range n {
			undocument(inner)
		}
	}
}

// treeOf turns a typed object into plain maps.
func treeOf(object any) (map[string]any, error) {
	data, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	tree := map[string]any{}
	return tree, json.NewDecoder(bytes.NewReader(data)).Decode(&tree)
}
