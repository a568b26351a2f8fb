package main

import (
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/diff"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/internal/upgrade"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/releases"
)

func (c console) upgradeCommand() *cli.Command {
	return &cli.Command{
		Name:      "upgrade",
		Usage:     "say what changes with another version of Athens, and the steps there and back",
		ArgsUsage: "FILE|DIR|-",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "to", Usage: "the `VERSION` of Athens to go to, as in " + releases.AthensNewest},
			&cli.StringFlag{Name: "o", Usage: "print it as `FORMAT`: text", Value: "text"},
			fileFlag(),
			regionFlag(),
		},
		Description: `Settings of Athens that come, go or change, its traces and metrics, and which of
that this site meets; what its spec must say first; what changes in the
manifests; the steps, with this site's objects. Nothing is changed.

The exit code is 0 if nothing stands in the way, 1 if the spec must be changed
first.

   athens-kfn upgrade --to ` + releases.AthensNewest + ` site.yaml
   athens-kfn upgrade --to ` + releases.AthensNewest + ` -f site.yaml --region eastus2`,
		Action: action(c.upgrade),
	}
}

// upgrade prints the plans of the sites of a file.
func (c console) upgrade(cmd *cli.Command) int {
	operands := operandsOf(cmd)
	to, region := cmd.String("to"), cmd.String("region")
	switch wrong := upgrade.Version(to); {
	case cmd.String("o") != "text":
		return c.misuse(cmd, "-o is text, not %q", cmd.String("o"))
	case wrong != "":
		return c.misuse(cmd, "%s", wrong)
	case len(operands) != 1:
		return c.misuse(cmd, "upgrade takes one FILE, one DIR or -, not %d of them", len(operands))
	}
	nodes, err := c.read(operands[0], region)
	if err != nil {
		return c.fail(err)
	}
	list := &krm.ResourceList{Items: nodes}
	sites := list.Load()
	c.report(list.Results)
	if list.Results.Failed() {
		return 1
	}
	from := fromOf(cmd, operands[0], sites)
	code := 0
	for i, node := range nodes {
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		plan, err := c.planOf(node, to, from)
		if err != nil {
			return c.fail(err)
		}
		plan.Print(c.stdout)
		if len(plan.First) > 0 {
			code = 1
		}
	}
	return code
}

// planOf is the plan of one site that is sound.
func (c console) planOf(node *yamlNode, to string, from cmdline.Site) (*upgrade.Plan, error) {
	edited := krm.InVersion(node, to)
	now, _ := strict.Load[v1alpha1.AthensSite](node) // error dropped: the site is sound
	then, problems := strict.Load[v1alpha1.AthensSite](edited)
	field, written := krm.VersionField(node)
	plan := upgrade.Of(&upgrade.Site{
		Now: now, Then: then, Problems: problems, Field: field, Written: written, From: from,
	})
	if len(problems) > 0 || plan.Same() {
		return plan, nil
	}
	before, err := c.sideOf(from.File, []*yamlNode{node})
	if err != nil {
		return nil, err
	}
	after, err := c.sideOf(from.File, []*yamlNode{edited})
	if err != nil {
		return nil, err
	}
	plan.Manifests = diff.Compare(before, after)
	return plan, nil
}
