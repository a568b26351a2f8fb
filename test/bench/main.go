// Command bench measures the numbers that athens-kfn holds, as ratios between
// programs that run alternately on the same machine, and prints a Markdown
// table. It is a benchmark, not a test: a bound that is missed is shown, and
// only a program that fails makes it exit 1.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
)

func main() {
	root := flag.String("root", "../..", "root of the repository")
	runs := flag.Int("n", 30, "runs of every command; a third of them for those that take seconds")
	function := flag.String("function", "", "a built athens-kfn to measure instead of the source's")
	only := flag.Bool("hostile", false, "measure only inputs that are meant to be slow")
	flag.Parse()
	if err := bench(*root, *function, *runs, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(root, function string, runs int, onlyHostile bool) error {
	if runs < 1 {
		return fmt.Errorf("-n %d: want at least 1", runs)
	}
	dir, err := os.MkdirTemp("", "athens-kfn-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p, err := build(root, dir, function)
	if err != nil {
		return err
	}
	site, source, err := productionSite(root)
	if err != nil {
		return err
	}
	m := measurement{programs: p, dir: dir, site: site, runs: runs}
	var rows []row
	parts := []func() ([]row, error){m.oneSite, m.everyRequest, m.inKustomize, m.manySites, m.passThrough, m.hostile}
	if onlyHostile {
		parts = parts[len(parts)-1:]
	}
	for _, part := range parts {
		more, err := part()
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	fmt.Printf("%d alternating runs each (%d of 1,000 sites and 10,000 resources), medians; site from %s; %s, %s/%s, %d CPUs\n\n%s",
		runs, m.fewer(), source, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), markdown(rows))
	return nil
}
