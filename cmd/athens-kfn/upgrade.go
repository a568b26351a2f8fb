package main

import (
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/upgrade"
	"github.com/gomods/athens-kfn/pkg/releases"
)

func (c console) upgradeCommand() *cli.Command {
	return &cli.Command{
		Name:      "upgrade",
		Usage:     "print the changes of another version of Athens, and the steps of upgrade and rollback",
		ArgsUsage: inputs,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "athens", Usage: "the `VERSION` of Athens to go to, as in " + releases.AthensNewest},
			oldFlag("to"),
			formatFlag("text"),
			fileFlag(),
			regionFlag(),
		},
		Description: `Prints the settings, traces and metrics of Athens that are added, removed or
changed, and which of them this site uses. Then prints the changes that its spec
needs first, the changes in the manifests, and the steps with this site's objects.
Changes nothing.

The exit code is 0 if the site can be upgraded as it is, 1 if the spec must be
changed first.

   athens-kfn upgrade --athens ` + releases.AthensNewest + ` site.yaml
   athens-kfn upgrade --athens ` + releases.AthensNewest + ` -f site.yaml --region eastus2`,
		Action: action(c.upgrade),
	}
}

func (c console) upgrade(cmd *cli.Command) int {
	to := c.renamed(cmd, "athens", "to")
	if wrong := upgrade.Version(to); wrong != "" {
		return c.misuse(cmd, "%s", wrong)
	}
	in, sites, code := c.read(cmd, (*krm.ResourceList).Load, cmd.Args().Slice()...)
	if code != 0 {
		return code
	}
	from := in.from(sites)
	for i, node := range in.nodes() {
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		plan, results, err := upgrade.PlanOf(node, to, from)
		if c.report(results); err != nil {
			return c.fail(err)
		}
		plan.Print(c.stdout)
		if len(plan.First) > 0 {
			code = 1
		}
	}
	return code
}
