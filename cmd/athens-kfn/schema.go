package main

import (
	"fmt"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1/schema"
)

// schema prints the JSON Schema of AthensSite, or with --crd the
// CustomResourceDefinition.
func (c console) schema(args []string) int {
	switch {
	case len(args) == 0:
		fmt.Fprint(c.stdout, schema.JSON)
	case len(args) == 1 && args[0] == "--crd":
		fmt.Fprint(c.stdout, schema.CRD)
	default:
		return c.misuse("schema takes --crd or nothing")
	}
	return 0
}
