package main

import (
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
)

// manifestsFlag names manifests that are judged as they are.
func manifestsFlag() cli.Flag {
	return &cli.StringFlag{Name: "manifests", Usage: "judge the manifests in `FILE`, a directory or - for stdin: rendered, patched, or from kubectl get -o yaml", TakesFile: true}
}

// given are the files that --manifests names; nil without it.
func (c console) given(cmd *cli.Command) (given *input, code int) {
	operand := cmd.String("manifests")
	if operand == "" {
		return nil, 0
	}
	if args := cmd.Args().Slice(); operand == source.Stdin && (cmd.String("f") == source.Stdin || len(args) > 0 && args[len(args)-1] == source.Stdin) {
		return nil, c.misuse(cmd, "only one of --manifests and the site can be stdin")
	}
	files, err := source.Open(operand, source.Options{Bounds: source.Manifests, Stdin: c.stdin, Folders: true, Warn: c.warn})
	if err != nil {
		return nil, c.fail(err)
	}
	return &input{operand: operand, region: cmd.String("region"), files: files}, 0
}

// named says whether a command line names a site, next to --manifests.
func (c console) named(cmd *cli.Command) bool { return cmd.NArg() > 0 || cmd.IsSet("f") }

// halves warns of manifests in the files of a spec, which a command that reads specs
// passes over. They are not read by half silently.
func (c console) halves(files []source.File) {
	for _, f := range files {
		sites, err := krm.SitesIn(f.Content)
		if err != nil || len(sites) == 0 {
			continue
		}
		if objects, err := krm.ObjectsIn(f.Content); err == nil && len(objects) > 0 {
			c.warn(fmt.Sprintf("%s: the %d manifests next to the AthensSite are not read: name them with --manifests %s", f.Name, len(objects), f.Operand))
		}
	}
}
