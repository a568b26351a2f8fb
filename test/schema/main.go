// Command schema writes what is generated from the Go types: the JSON
// Schema of every kind, the OpenAPI document that kustomize merges patches with,
// and of AthensSite the CRD and the reference of every field; and the tables of
// docs/transformers.md. It is a module of
// its own, because controller-tools reads Go source and is not part of the product.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/limits"
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
	merge, err := types.kustomize()
	if err != nil {
		return nil, err
	}
	page, err := transformersPage(root)
	if err != nil {
		return nil, err
	}
	files := []file{
		page,
		{"pkg/api/v1alpha1/schema/crd.yaml", crd},
		{"pkg/api/v1alpha1/schema/kustomize.json", merge},
		{"docs/reference.md", types.reference()},
		{"pkg/api/v1alpha1/unions.go", types.unions()},
	}
	for kind, props := range types.kinds() {
		data, err := types.jsonSchema(kind, props)
		if err != nil {
			return nil, err
		}
		files = append(files, file{"pkg/api/v1alpha1/schema/" + strings.ToLower(kind) + ".schema.json", data})
	}
	return files, nil
}

// kinds are the schemas of all kinds.
func (t *types) kinds() map[string]*apiext.JSONSchemaProps {
	return map[string]*apiext.JSONSchemaProps{
		v1alpha1.Kind:               top(&t.crd),
		v1alpha1.MeshReferencesKind: t.schemaOf(t.pkg, v1alpha1.MeshReferencesKind),
		v1alpha1.MeshEnrolmentKind:  t.schemaOf(t.pkg, v1alpha1.MeshEnrolmentKind),
		limits.Kind:                 t.schemaOf(t.limits, limits.Kind),
	}
}
