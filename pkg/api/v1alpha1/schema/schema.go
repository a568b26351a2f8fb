// Package schema holds what make generate wrote from the Go types of the API.
package schema

import (
	"embed"
	"strings"
)

// CRD is AthensSite as a CustomResourceDefinition, in YAML. No controller
// stands behind it: it lets a cluster or an editor check the manifests.
//
//go:embed crd.yaml
var CRD string

// JSON is the JSON Schema (draft 2020-12) of AthensSite. It is stricter than
// the CRD: an unknown field is an error.
//
//go:embed athenssite.schema.json
var JSON string

// Kustomize is the OpenAPI document for the field openapi of a kustomization. With
// it, patches merge the lists of our kinds by their keys, and those of Kubernetes'
// kinds as without it.
//
//go:embed kustomize.json
var Kustomize string

//go:embed *.schema.json
var files embed.FS

// Of is the JSON Schema of a kind; false if it has none.
func Of(kind string) (string, bool) {
	data, err := files.ReadFile(strings.ToLower(kind) + ".schema.json")
	return string(data), err == nil
}
