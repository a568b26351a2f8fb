package main

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v3"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/outdir"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/quote"
)

func (c console) renderCommand() *cli.Command {
	return &cli.Command{
		Name:      "render",
		Usage:     "print a site's manifests, or write them to a directory",
		ArgsUsage: "FILE|DIR|-",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "o", Usage: "write one file per object and a kustomization.yaml to `DIR`", TakesFile: true},
			fileFlag(),
			regionFlag(),
			limitsFlag(),
		},
		Description: `DIR gets a file for each object and a kustomization.yaml. A site with regions
gets a folder for each of them, unless --region or spec.region chooses one. Files
and folders of an earlier run for these sites that no longer belong there are
removed. What this program did not write, and what it wrote for another site, is
never touched: if it is in the way, nothing is written.

Look at a site, apply it, or keep it in a Git repository:

   athens-kfn render site.yaml
   athens-kfn render site.yaml | kubectl apply -f -
   athens-kfn render site.yaml -o manifests
   athens-kfn render site.yaml --region eastus2`,
		Action: action(c.render),
	}
}

// render prints the manifests of the sites in a file, a directory or stdin.
func (c console) render(cmd *cli.Command) int {
	operands := operandsOf(cmd)
	if len(operands) != 1 {
		return c.misuse(cmd, "render takes one FILE, one DIR or -, not %d of them", len(operands))
	}
	sites, err := c.read(operands[0], cmd.String("region"))
	if err != nil {
		return c.fail(err)
	}
	within, err := limitsOf(cmd.String("limits"))
	if err != nil {
		return c.fail(err)
	}
	list := &krm.ResourceList{Items: sites}
	if out := cmd.String("o"); out != "" {
		return c.renderInto(out, list, within)
	}
	made := list.Render(within, krm.ByFolders)
	if c.report(list.Results); list.Results.Failed() {
		return 1
	}
	if err := krm.WriteMade(c.stdout, made); err != nil {
		return c.fail(err)
	}
	return 0
}

// renderInto writes the manifests of a list's sites to a directory.
func (c console) renderInto(dir string, list *krm.ResourceList, within limits.Set) int {
	var plan *outdir.Plan
	var err error
	if list.Load(); !list.Results.Failed() {
		plan, list.Results, err = planDir(dir, list.Items, within)
	}
	if c.report(list.Results); list.Results.Failed() {
		return 1
	}
	if err != nil {
		return c.fail(err)
	}
	done, err := plan.Write()
	for _, line := range done {
		fmt.Fprintf(c.stderr, "%s: %s\n", program, quote.Text(line))
	}
	if err != nil {
		return c.fail(err)
	}
	return 0
}

// read finds the sites under an operand of the command line, and lets them
// choose a region if one is named.
func (c console) read(operand, region string) ([]*yaml.Node, error) {
	sites, err := c.find(operand)
	return inRegion(sites, region), err
}

// inRegion are sites with a region chosen; an empty one chooses none.
func inRegion(sites []*yaml.Node, region string) []*yaml.Node {
	for i, s := range sites {
		if region != "" {
			sites[i] = krm.InRegion(s, region)
		}
	}
	return sites
}

func (c console) find(operand string) (sites []*yaml.Node, err error) {
	files, err := source.Operand(source.Sites, operand, c.stdin)
	if err != nil {
		return nil, err
	}
	var problems []error
	for _, file := range files {
		found, err := krm.SitesIn(file.Content)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", file.Name, err))
		}
		sites = append(sites, found...)
	}
	return sites, errors.Join(problems...)
}
