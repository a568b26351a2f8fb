package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/gomods/athens-kfn/internal/krm"
)

// semVer is what Helm takes for the version of a chart.
var semVer = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)

// pack writes the chart of one site.
func (c console) pack(args []string) int {
	flags := flag.NewFlagSet("package", flag.ContinueOnError)
	region := flags.String("region", "", "")
	dir := flags.String("d", ".", "")
	version := flags.String("version", "0.1.0", "")
	operand, err := parse(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return c.help()
	} else if err != nil {
		return c.misuse("%s", err)
	}
	if !semVer.MatchString(*version) {
		return c.misuse("--version %q is no version of a chart; write three numbers, as in 0.1.0", *version)
	}
	sites, list, err := c.load(operand, *region)
	switch {
	case err != nil:
		return c.fail(err)
	case list.Results.Failed():
		return c.report(list.Results)
	case len(sites) > 1:
		return c.fail(fmt.Errorf("%s holds %d sites, and a chart is of one: give each a file", operand, len(sites)))
	}
	if list.Merge(krm.Make(sites[0])); list.Results.Failed() {
		return c.report(list.Results)
	}
	files, err := chart(sites[0], *version)
	if err != nil {
		return c.fail(err)
	}
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		return c.fail(err)
	}
	path := filepath.Join(*dir, fmt.Sprintf("%s-%s.tgz", sites[0].Name, *version))
	if err := os.WriteFile(path, archive(sites[0].Name, files), 0o644); err != nil {
		return c.fail(err)
	}
	fmt.Fprintln(c.stdout, path)
	return 0
}
