package main

import (
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/runbook"
)

func (c console) runbookCommand() *cli.Command {
	return &cli.Command{
		Name:      "runbook",
		Usage:     "print the runbook of a site, in Markdown",
		ArgsUsage: inputs,
		Flags:     []cli.Flag{fileFlag(), regionFlag()},
		Description: `Symptoms and cures, alerts, routine tasks, upgrade and rollback, backup, drills,
and how the site is built: every command names this site's own objects.

   athens-kfn runbook -f athens.yaml > RUNBOOK.md
   athens-kfn runbook -f athens.yaml --region eastus2`,
		Action: action(c.runbook),
	}
}

func (c console) runbook(cmd *cli.Command) int {
	in, sites, code := c.oneCluster(cmd, cmd.Args().Slice()...)
	from := in.from(sites)
	for i, site := range sites {
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		fmt.Fprint(c.stdout, runbook.Markdown(site, from))
	}
	return code
}
