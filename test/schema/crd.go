package main

import (
	"bytes"
	"encoding/json"

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
	data, err := yaml.Marshal(tree)
	return append([]byte("# Generated from the Go types by make generate; do not edit.\n"), data...), err
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
