package main

import (
	"errors"
	"flag"
	"io"
	"os"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/limitsfile"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// machineLimits is the file with the limits of this machine; a test has its own.
var machineLimits = limits.File

// parse accepts flags before and after the one operand that every command has.
func parse(flags *flag.FlagSet, args []string) (operand string, err error) {
	flags.SetOutput(io.Discard)
	var operands []string
	for {
		if err := flags.Parse(args); err != nil {
			return "", err
		}
		if args = flags.Args(); len(args) == 0 {
			break
		}
		operands, args = append(operands, args[0]), args[1:]
	}
	if len(operands) != 1 {
		return "", errors.New(flags.Name() + " takes one file or -")
	}
	return operands[0], nil
}

// read reads one file with a site or with values, or stdin.
func (c console) read(operand string) ([]byte, error) {
	r := source.Reader{Bounds: source.Sites}
	if operand == source.Stdin {
		return r.All(c.stdin)
	}
	return r.File(operand)
}

// load reads the sites of a file, defaults and validates them. Problems are in
// the list's results.
func (c console) load(operand, region string) ([]*v1alpha1.AthensSite, *krm.ResourceList, error) {
	in, err := c.read(operand)
	if err != nil {
		return nil, nil, err
	}
	list := &krm.ResourceList{}
	if list.Items, err = krm.SitesIn(in); err != nil {
		return nil, nil, err
	}
	if region != "" {
		for i, s := range list.Items {
			list.Items[i] = krm.InRegion(s, region)
		}
	}
	within, err := limitsfile.Read(machineLimits, os.Getenv(limits.Variable), "")
	if err != nil {
		return nil, nil, err
	}
	return list.LoadToRender(within, krm.ByFlag), list, nil
}

// template prints the manifests of the sites in a file.
func (c console) template(args []string) int {
	flags := flag.NewFlagSet("template", flag.ContinueOnError)
	region := flags.String("region", "", "")
	operand, err := parse(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.help()
	} else if err != nil {
		return c.misuse("%s", err)
	}
	sites, list, err := c.load(operand, *region)
	if err != nil {
		return c.fail(err)
	}
	var objects []krm.Made
	if !list.Results.Failed() {
		objects = krm.MakeAll(sites)
		list.Merge(objects)
	}
	if list.Results.Failed() {
		return c.report(list.Results)
	}
	if err := krm.WriteMade(c.stdout, objects); err != nil {
		return c.fail(err)
	}
	return 0
}
