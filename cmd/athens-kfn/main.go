// Athens-kfn turns an AthensSite into every manifest of a Go module proxy
// site. It is a KRM function for kustomize and kpt, and a command line.
package main

import (
	"bufio"
	"io"
	"os"
	"runtime/debug"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// softMemory is where the collector begins to work harder: Argo CD's sidecar
// runs this program for all Applications at once.
const softMemory = 96 << 20

func main() {
	// A host starts this program once per site per build, and most runs end
	// before the heap is worth collecting.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(softMemory)
	stdout := bufio.NewWriterSize(os.Stdout, 64<<10)
	code := run(os.Args[1:], os.Stdin, stdout, os.Stderr)
	if err := stdout.Flush(); err != nil {
		code = console{stderr: os.Stderr}.fail(err)
	}
	os.Exit(code)
}

// render is the whole pipeline: the sites of a list become the objects of one
// cluster, which are merged into the list. Problems are in list.Results; if one
// is an error, the items are as they were. Choose is as in LoadOneCluster.
func render(list *krm.ResourceList, within limits.Set, choose string) []krm.Made {
	return merge(list, list.LoadToRender(within, choose))
}

// merge makes the objects of sites that were loaded from a list, and merges them
// into it.
func merge(list *krm.ResourceList, sites []*v1alpha1.AthensSite) []krm.Made {
	if list.Results.Failed() {
		return nil
	}
	made := krm.MakeAll(sites)
	list.Merge(made)
	return made
}

// run is the program without its process. It returns the exit code: 0, 1 for
// problems with the input, 2 for a wrong command line.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := console{stdin, stdout, stderr}
	if len(args) == 0 && !isTerminal(stdin) {
		return c.function()
	}
	return c.execute(args)
}
