package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v3"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/internal/why"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

type input struct {
	// operand as the command line names it.
	operand string
	// region that is chosen; empty for none.
	region string
	files  []source.File
	sites  []source.Site
}

// siteOperand is what names the site: the one of args, which are the operands that
// a command leaves to it, or -f. Without either it is the working directory.
func (c console) siteOperand(cmd *cli.Command, args ...string) (operand string, code int) {
	if file := cmd.String("f"); file != "" {
		args = append(args, file)
	}
	switch len(args) {
	case 0:
		return source.Here, 0
	case 1:
		return args[0], 0
	}
	return "", c.misuse(cmd, "%s takes one FILE, one DIR, one REF:PATH or -, not %d of them", cmd.Name, len(args))
}

// open reads the files of the site's operand. The exit code is 0 if it could.
func (c console) open(cmd *cli.Command, args ...string) (in input, code int) {
	in.region = cmd.String("region")
	if in.operand, code = c.siteOperand(cmd, args...); code != 0 {
		return in, code
	}
	var err error
	if in.files, err = source.Open(in.operand, source.Options{Bounds: source.Sites, Stdin: c.stdin, Warn: c.warn}); err != nil {
		return in, c.fail(err)
	}
	return in, 0
}

// find is open, and finds the sites in the files.
func (c console) find(cmd *cli.Command, args ...string) (in input, code int) {
	if in, code = c.open(cmd, args...); code != 0 {
		return in, code
	}
	var err error
	if in.sites, err = source.Find(in.files, in.region); err != nil {
		return in, c.fail(err)
	}
	if len(in.sites) == 0 {
		if found := manifests.Read(in.files).Sites(); len(found) > 0 {
			return in, c.fail(fmt.Errorf("%s: no AthensSite in it, but manifests of %s: name a file or a directory that holds the AthensSite; check and prove judge the manifests of --manifests", in.operand, quote.Text(strings.Replace(found[0].Owner, ".", "/", 1))))
		}
		return in, c.fail(fmt.Errorf("%s: no AthensSite in it: name a file or a directory that holds one, or write one with `%s init`", in.operand, program))
	}
	return in, 0
}

func (in input) nodes() []*yaml.Node { return source.ListOf(in.sites).Items }

// read is find, and loads the sites; there are none if one is not sound.
func (c console) read(cmd *cli.Command, load func(*krm.ResourceList) []*v1alpha1.AthensSite, args ...string) (in input, sites []*v1alpha1.AthensSite, code int) {
	if in, code = c.find(cmd, args...); code != 0 {
		return in, nil, code
	}
	list := source.ListOf(in.sites)
	sites = load(list)
	if code = c.sound(list.Results, in); code != 0 {
		return in, nil, code
	}
	return in, sites, 0
}

// sound reports what is wrong with the sites of an input.
func (c console) sound(results krm.Results, in input) int {
	source.Place(results, in.sites)
	if c.report(results); results.Failed() {
		return 1
	}
	return 0
}

// oneCluster reads what a command line names: sites that are sound, each as one
// cluster has it.
func (c console) oneCluster(cmd *cli.Command, args ...string) (in input, sites []*v1alpha1.AthensSite, code int) {
	return c.read(cmd, func(l *krm.ResourceList) []*v1alpha1.AthensSite { return l.LoadOneCluster(krm.ByFlag) }, args...)
}

// from is where sites were read, for command lines that read them again. A
// region that the file chooses is named too where that says the same.
func (in input) from(sites []*v1alpha1.AthensSite) cmdline.Site {
	region := in.region
	if region == "" && len(sites) == 1 {
		region = sites[0].Spec.Region
	}
	return cmdline.Site{File: in.operand, Region: region}
}

// located are the sites that a command line names, which are sound, each with the
// places where it is written.
func (c console) located(cmd *cli.Command, args ...string) (out []*why.Site, code int) {
	in, _, code := c.oneCluster(cmd, args...)
	if code != 0 {
		return nil, code
	}
	for _, s := range in.sites {
		name := filepath.Base(s.File.Name)
		switch {
		case s.File.Name == source.StdinName:
			name = source.Stdin
		case s.File.Built:
			name = "kustomize build " + filepath.Dir(s.File.Name)
		}
		site, err := why.Of(name, s.Node)
		if err != nil {
			return nil, c.fail(err)
		}
		out = append(out, site)
	}
	return out, 0
}
