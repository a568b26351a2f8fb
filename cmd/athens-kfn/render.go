package main

import (
	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/outdir"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/limits"
)

func (c console) renderCommand() *cli.Command {
	return &cli.Command{
		Name:      "render",
		Usage:     "print a site's manifests, or write them to a directory",
		ArgsUsage: inputs,
		Flags: []cli.Flag{
			toFlag("write one file per object and a kustomization.yaml"),
			oldFlag("o"),
			fileFlag(),
			regionFlag(),
			limitsFlag(),
		},
		Description: `DIR gets a file for each object and a kustomization.yaml. A site with regions
gets a folder for each of them, unless --region or spec.region chooses one. Files
and folders that an earlier run wrote for these sites, and that they no longer have,
are removed. Other files are never touched.

Nothing is written, and the exit code is 1, if a file that this program did not write
is in the way, or if DIR holds the files of a site that is not rendered now, or of
another region. With --region, give each region a DIR of its own.

Look at a site, apply it, or keep it in a Git repository:

   athens-kfn render site.yaml
   athens-kfn render site.yaml | kubectl apply -f -
   athens-kfn render site.yaml --to manifests
   athens-kfn render site.yaml --region eastus2`,
		Action: action(c.render),
	}
}

func (c console) render(cmd *cli.Command) int {
	in, code := c.find(cmd, cmd.Args().Slice()...)
	if code != 0 {
		return code
	}
	within, err := limitsOf(cmd.String("limits"))
	if err != nil {
		return c.fail(err)
	}
	list := source.ListOf(in.sites)
	if to := c.renamed(cmd, "to", "o"); to != "" {
		return c.renderInto(cmd, to, in, within)
	}
	made := list.Render(within, krm.ByFolders)
	if code := c.sound(list.Results, in); code != 0 {
		return code
	}
	return c.end(krm.WriteMade(c.stdout, made))
}

func (c console) renderInto(cmd *cli.Command, dir string, in input, within limits.Set) int {
	list := source.ListOf(in.sites)
	var plan *outdir.Plan
	var err error
	if list.Load(); !list.Results.Failed() {
		plan, list.Results, err = outdir.Render(dir, list.Items, within)
	}
	if code := c.sound(list.Results, in); code != 0 {
		return code
	}
	if err != nil {
		return c.fail(err)
	}
	done, err := plan.Write()
	for _, line := range done {
		c.progress(cmd, line)
	}
	return c.end(err)
}
