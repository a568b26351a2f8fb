package main

import (
	"errors"
	"flag"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/helm"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
)

// postRender prints a release of the chart athens-proxy with a site around it.
func (c console) postRender(args []string) int {
	operands, err := parse(flag.NewFlagSet("post-render", flag.ContinueOnError), args)
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
	within, err := limitsOf()
	if err != nil {
		return c.fail(err)
	}
	if err := helm.PostRender(list, within); err != nil {
		return c.fail(err)
	}
	if c.report(list.Results); list.Results.Failed() {
		return 1
	}
	if err := list.WriteStream(c.stdout, func(*yaml.Node) bool { return false }); err != nil {
		return c.fail(err)
	}
	return 0
}
