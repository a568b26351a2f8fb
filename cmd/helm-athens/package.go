package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gomods/athens-kfn/internal/helm"
	"github.com/gomods/athens-kfn/internal/krm"
)

func (c console) pack(args []string) int {
	flags := flag.NewFlagSet("package", flag.ContinueOnError)
	region := flags.String("region", "", "")
	dir := flags.String("to", ".", "")
	flags.Func("d", "", func(to string) error {
		*dir = to
		fmt.Fprintf(c.stderr, "%s: note: package -d is now --to\n", program)
		return nil
	})
	version := flags.String("version", "0.1.0", "")
	operand, code := c.operand(flags, args)
	if operand == "" {
		return code
	}
	if !helm.IsVersion(*version) {
		return c.misuse("--version %q is not a version of a chart; write three numbers, as in 0.1.0", *version)
	}
	sites, list, err := c.load(operand, *region)
	switch {
	case err != nil:
		return c.fail(err)
	case list.Results.Failed():
		return c.report(list.Results)
	case len(sites) > 1:
		return c.fail(fmt.Errorf("%s holds %d sites, and a chart is for one: give each a file", operand, len(sites)))
	}
	if list.Merge(krm.Make(sites[0])); list.Results.Failed() {
		return c.report(list.Results)
	}
	name, chart, err := helm.Package(sites[0], *version)
	if err != nil {
		return c.fail(err)
	}
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		return c.fail(err)
	}
	path := filepath.Join(*dir, name)
	if err := os.WriteFile(path, chart, 0o644); err != nil {
		return c.fail(err)
	}
	fmt.Fprintln(c.stdout, path)
	return 0
}
