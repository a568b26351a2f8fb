// Command schema writes what is generated from the Go types of AthensSite: the
// CRD, the JSON Schema, and the reference of every field. It lives apart,
// because controller-tools reads Go source and is no part of the product.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

const root = "../.."

func main() {
	files, err := generate(root)
	if err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(root, f.path), f.data, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "schema:", err)
			os.Exit(1)
		}
		fmt.Println("wrote", f.path)
	}
}

// file is one generated file, by its path in the repository.
type file struct {
	path string
	data []byte
}

// generate makes every file from the Go types under root.
func generate(root string) ([]file, error) {
	types, err := load(root)
	if err != nil {
		return nil, err
	}
	crd, err := types.crdYAML()
	if err != nil {
		return nil, err
	}
	schema, err := types.jsonSchema()
	if err != nil {
		return nil, err
	}
	return []file{
		{"pkg/api/v1alpha1/schema/crd.yaml", crd},
		{"pkg/api/v1alpha1/schema/athenssite.schema.json", schema},
		{"docs/reference.md", types.reference()},
	}, nil
}
