package main

import (
	"errors"
	"flag"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/helm"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
)

// postRender prints a release of the chart athens-proxy with a site around it.
func (c console) postRender(args []string) int {
	flags := flag.NewFlagSet("post-render", flag.ContinueOnError)
	var o helm.PostRenderOptions
	flags.BoolVar(&o.AcceptCut, "accept-cut", false, "")
	operands, err := parse(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.help()
	} else if err != nil || len(operands) != 1 || operands[0] == source.Stdin {
		return c.misuse("post-render takes one file with a site; stdin is for the manifests")
	}
	config, err := c.read(operands[0])
	if err != nil {
		return c.fail(err)
	}
	chart, err := source.Open(source.Stdin, source.Options{Bounds: source.Manifests, Stdin: c.stdin})
	if err != nil {
		return c.fail(err)
	}
	list, err := krm.FromPlugin(config, chart[0].Content)
	if err != nil {
		return c.fail(err)
	}
	if o.Within, err = limitsOf(); err != nil {
		return c.fail(err)
	}
	helm.PostRender(list, o)
	if c.report(list.Results.Shown()); list.Results.Failed() {
		return 1
	}
	if slices.ContainsFunc(list.Results, func(r krm.Result) bool { return r.Severity == helm.Unknown }) {
		return 3
	}
	if err := list.WriteStream(c.stdout, func(*yaml.Node) bool { return false }); err != nil {
		return c.fail(err)
	}
	return 0
}
