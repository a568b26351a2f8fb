package main

import (
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1/schema"
)

func (c console) schemaCommand() *cli.Command {
	return &cli.Command{
		Name:   "schema",
		Usage:  "print AthensSite's JSON Schema, or its CustomResourceDefinition",
		Flags:  []cli.Flag{&cli.BoolFlag{Name: "crd", Usage: "print the CustomResourceDefinition"}},
		Action: action(c.schema),
	}
}

// schema prints what editors and API servers know of AthensSite.
func (c console) schema(cmd *cli.Command) int {
	switch {
	case cmd.NArg() != 0:
		return c.misuse(cmd, "schema takes --crd or nothing")
	case cmd.Bool("crd"):
		fmt.Fprint(c.stdout, schema.CRD)
	default:
		fmt.Fprint(c.stdout, schema.JSON)
	}
	return 0
}
