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

func limitsOf() (limits.Set, error) {
	return limitsfile.Read(machineLimits, os.Getenv(limits.Variable), "")
}

// parse accepts flags before and after operands.
func parse(flags *flag.FlagSet, args []string) (operands []string, err error) {
	flags.SetOutput(io.Discard)
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if args = flags.Args(); len(args) == 0 {
			return operands, nil
		}
		operands, args = append(operands, args[0]), args[1:]
	}
}

// operand is the only one of a command line; without it the exit code is what
// the command returns.
func (c console) operand(flags *flag.FlagSet, args []string) (operand string, code int) {
	operands, err := parse(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return "", c.help()
	case err != nil:
		return "", c.misuse("%s", err)
	case len(operands) != 1 || operands[0] == "":
		return "", c.misuse("%s takes one file or -", flags.Name())
	}
	return operands[0], 0
}

func (c console) read(operand string) ([]byte, error) {
	r := source.Reader{Bounds: source.Sites}
	if operand == source.Stdin {
		return r.All(c.stdin)
	}
	return r.File(operand)
}

// load reads the sites of an operand, defaults and validates them. Problems are in
// the list's results.
func (c console) load(operand, region string) ([]*v1alpha1.AthensSite, *krm.ResourceList, error) {
	files, err := source.Open(operand, source.Options{Bounds: source.Sites, Stdin: c.stdin, Warn: c.warn})
	if err != nil {
		return nil, nil, err
	}
	found, err := source.Find(files, region)
	if err != nil {
		return nil, nil, err
	}
	within, err := limitsOf()
	if err != nil {
		return nil, nil, err
	}
	list := source.ListOf(found)
	sites := list.LoadToRender(within, krm.ByFlag)
	source.Place(list.Results, found)
	return sites, list, nil
}

func (c console) template(args []string) int {
	flags := flag.NewFlagSet("template", flag.ContinueOnError)
	region := flags.String("region", "", "")
	operand, code := c.operand(flags, args)
	if operand == "" {
		return code
	}
	sites, list, err := c.load(operand, *region)
	if err != nil {
		return c.fail(err)
	}
	objects := list.MergeSites(sites)
	if list.Results.Failed() {
		return c.report(list.Results)
	}
	if err := krm.WriteMade(c.stdout, objects); err != nil {
		return c.fail(err)
	}
	return 0
}
