package main

import (
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/runbook"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func (c console) runbookCommand() *cli.Command {
	return &cli.Command{
		Name:      "runbook",
		Usage:     "print the runbook of a site, in Markdown",
		ArgsUsage: inputs,
		Flags:     []cli.Flag{fileFlag(), regionFlag(), manifestsFlag()},
		Description: `Symptoms and cures, alerts, routine tasks, upgrade and rollback, backup, drills,
and how the site is built: every command names this site's own objects.

With --manifests, the objects are those, of the AthensSite that the command line
names or that is among them. The exit code is 3 if something is not known: it is
listed on stderr.

   athens-kfn runbook -f athens.yaml > RUNBOOK.md
   athens-kfn runbook -f athens.yaml --region eastus2
   athens-kfn runbook -f athens.yaml --manifests live.yaml > RUNBOOK.md`,
		Action: action(c.runbook),
	}
}

func (c console) runbook(cmd *cli.Command) int {
	in, subjects, code := c.subjects(cmd)
	var sites []*v1alpha1.AthensSite
	for _, s := range subjects {
		sites = append(sites, s.Site)
	}
	from := in.from(sites)
	for i, s := range subjects {
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		page, unknown := runbook.Markdown(s, from)
		fmt.Fprint(c.stdout, page)
		code = max(code, c.notKnown(unknown))
	}
	return code
}
