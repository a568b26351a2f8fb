package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/explain"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1/schema"
)

func (c console) schemaCommand() *cli.Command {
	return &cli.Command{
		Name:      "schema",
		Usage:     "print the JSON Schema of a kind, AthensSite by default, its CustomResourceDefinition, or how kustomize merges it",
		ArgsUsage: "[KIND]",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "crd", Usage: "print the CustomResourceDefinition"},
			&cli.BoolFlag{Name: "kustomize", Usage: "print the OpenAPI document with which kustomize merges lists by their keys"},
		},
		Description: `Kinds are AthensSite, MeshReferences, MeshEnrolment and AthensLimits.

   athens-kfn schema
   athens-kfn schema MeshEnrolment
   athens-kfn schema --kustomize`,
		Action: action(c.schema),
	}
}

func (c console) schema(cmd *cli.Command) int {
	crd, merge := cmd.Bool("crd"), cmd.Bool("kustomize")
	kind := cmp.Or(cmd.Args().First(), v1alpha1.Kind)
	text, known := schema.Of(kind)
	switch {
	case cmd.NArg() > 1 || (crd || merge) && cmd.NArg() > 0 || crd && merge:
		return c.misuse(cmd, "schema takes one KIND, or --crd, or --kustomize, or nothing")
	case crd:
		text = schema.CRD
	case merge:
		text = schema.Kustomize
	case !known:
		return c.misuse(cmd, "there is no kind %s; there are %s", kind, strings.Join(explain.Kinds(), ", "))
	}
	fmt.Fprint(c.stdout, text)
	return 0
}
