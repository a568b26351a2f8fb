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
		Usage:     "print the JSON Schema of a kind, AthensSite by default, or AthensSite's CustomResourceDefinition",
		ArgsUsage: "[KIND]",
		Flags:     []cli.Flag{&cli.BoolFlag{Name: "crd", Usage: "print the CustomResourceDefinition"}},
		Description: `Kinds are AthensSite, MeshReferences, MeshEnrolment and AthensLimits.

   athens-kfn schema
   athens-kfn schema MeshEnrolment`,
		Action: action(c.schema),
	}
}

func (c console) schema(cmd *cli.Command) int {
	kind := cmp.Or(cmd.Args().First(), v1alpha1.Kind)
	text, known := schema.Of(kind)
	switch {
	case cmd.NArg() > 1 || cmd.Bool("crd") && cmd.NArg() > 0:
		return c.misuse(cmd, "schema takes one KIND, or --crd, or nothing")
	case cmd.Bool("crd"):
		text = schema.CRD
	case !known:
		return c.misuse(cmd, "there is no kind %s; there are %s", kind, strings.Join(explain.Kinds(), ", "))
	}
	fmt.Fprint(c.stdout, text)
	return 0
}
