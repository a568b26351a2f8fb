package main

import (
	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/scaffold"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func (c console) importCommand() *cli.Command {
	return &cli.Command{
		Name:      "import",
		Usage:     "make a site of an Athens that runs, with a report of every part",
		ArgsUsage: "[FILE|DIR|-]",
		Flags: []cli.Flag{
			toFlag("write the site"),
			&cli.StringFlag{Name: "name", Usage: "call the site `NAME`; without it, it is called as the workload is"},
			&cli.StringFlag{Name: "namespace", Usage: "put it into `NAMESPACE`; without it, it is where the workload is"},
			&cli.StringFlag{Name: "host", Usage: "serve `HOST`; without it, the first that routes to Athens"},
			choiceFlag("mesh", "how pods join a mesh, `MODE`: "+v1alpha1.MeshSidecar+", or "+v1alpha1.MeshNone+" to keep an Ingress", v1alpha1.MeshSidecar, v1alpha1.MeshNone),
			&cli.StringFlag{Name: "workload", Usage: "import `WORKLOAD` of several: NAME, KIND/NAME or NAMESPACE/NAME"},
			&cli.BoolFlag{Name: "plan", Usage: "print the order of a move without an outage, in Markdown, in place of the site"},
			&cli.BoolFlag{Name: "v", Usage: "also list what is the same"},
		},
		Description: `Reads manifests with an Athens in them, as kubectl, helm template, kustomize build,
Pulumi or Terraform write them, and prints an AthensSite. The report on stderr comes
from rendering that site and comparing it with the manifests:

   left out     the site does not have it: why, and what to do
   differs      the site has another value
   yours to do  the site relies on it, and does not make it
   same         counted; -v lists it

The exit code is 1 if something that matters is left out (storage, credentials, the
host, the lock, who may reach Athens, a part that cannot be read), or if the site
breaks a rule; the site is printed all the same. Passwords are never printed: they
become Secrets to make.

   kubectl get deploy,svc,ing,cm,pvc,hpa,pdb,sa -n athens -o yaml | athens-kfn import -
   helm template athens gomods/athens-proxy -f values.yaml | athens-kfn import - > athens.yaml
   athens-kfn import manifests/ --plan > MOVE.md`,
		Action: action(c.importManifests),
	}
}

func (c console) importManifests(cmd *cli.Command) int {
	operand, code := c.siteOperand(cmd, cmd.Args().Slice()...)
	if code != 0 {
		return code
	}
	files, err := source.Open(operand, source.Options{Bounds: source.Manifests, Stdin: c.stdin, Folders: true, Warn: c.warn})
	if err != nil {
		return c.fail(err)
	}
	result, err := importer.FromObjects(importer.Read(files), importer.Options{
		Name: cmd.String("name"), Namespace: cmd.String("namespace"), Host: cmd.String("host"), Mesh: cmd.String("mesh"),
		Workload: cmd.String("workload"), Plan: cmd.Bool("plan"),
	})
	if err != nil {
		return c.fail(err)
	}
	if !cmd.Bool("q") {
		result.Write(c.stderr, cmd.Bool("v"))
	}
	c.report(result.Problems)
	text := string(result.Site)
	if cmd.Bool("plan") {
		text = result.Plan
	}
	if dir := cmd.String("to"); dir != "" {
		err = scaffold.Write(dir, []scaffold.File{{Name: scaffold.SiteFile, Text: string(result.Site)}})
	}
	if cmd.String("to") == "" || cmd.Bool("plan") {
		_, err = c.stdout.Write([]byte(text))
	}
	if err != nil {
		return c.fail(err)
	}
	if result.Failed() {
		return 1
	}
	return 0
}
