package main

import (
	"fmt"
	"runtime/debug"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
)

// function is what a host runs: a ResourceList in, a ResourceList out. With
// problems the items come back as they went in, beside the results.
func (c console) function() int {
	in, err := c.manifests()
	if err != nil {
		return c.fail(err)
	}
	list, err := krm.Parse(in)
	if err != nil {
		return c.fail(err)
	}
	if err := c.process(list); err != nil {
		return c.fail(err)
	}
	if err := list.Write(c.stdout); err != nil {
		return c.fail(err)
	}
	if list.Results.Failed() {
		return 1
	}
	return 0
}

// process makes and edits what a list asks for, and reports what it has to say.
func (c console) process(list *krm.ResourceList) error {
	within, err := limitsOf("")
	if err == nil {
		list.Process(within)
		c.report(list.Results)
	}
	return err
}

// manifests reads what a host hands over on stdin.
func (c console) manifests() ([]byte, error) {
	files, err := source.Open(source.Stdin, source.Options{Bounds: source.Manifests, Stdin: c.stdin})
	if err != nil {
		return nil, err
	}
	in := files[0].Content
	roomFor(len(in))
	return in, nil
}

// roomFor raises the soft limit of memory for input of a size. Its nodes take thirty times
// that (measured): under a smaller limit the collector would do most of the work.
func roomFor(size int) { debug.SetMemoryLimit(max(softMemory, 64*int64(size))) }

// plugin is kustomize's older form, which kubectl still has: the configuration
// is a file, stdin is empty for a generator and a stream of manifests for a
// transformer, and the manifests go to stdout.
func (c console) plugin(path string) int {
	r := source.Reader{Bounds: source.Sites}
	config, err := r.File(path)
	if err != nil {
		return c.fail(err)
	}
	var in []byte
	if !isTerminal(c.stdin) {
		if in, err = c.manifests(); err != nil {
			return c.fail(err)
		}
	}
	list, err := krm.FromPlugin(config, in)
	if err != nil {
		return c.fail(fmt.Errorf("%w: to print the manifests of sites, run `%s`", err, cmdline.Site{File: path}.Command("render")))
	}
	if err := c.process(list); err != nil {
		return c.fail(err)
	}
	if list.Results.Failed() {
		return 1
	}
	return c.end(list.WriteStream(c.stdout, func(*yaml.Node) bool { return false }))
}
