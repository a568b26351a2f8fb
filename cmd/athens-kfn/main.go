// Athens-kfn turns an AthensSite into every manifest of a Go module proxy
// site. It is a KRM function for kustomize and kpt, and a command line.
package main

import (
	"bufio"
	"io"
	"os"
	"runtime/debug"

	"github.com/urfave/cli/v3"
)

// softMemory is where the collector begins to work harder: Argo CD's sidecar
// runs this program for all Applications at once.
const softMemory = 96 << 20

// gcPercent is GOGC: a host starts this program once per site per build, and most runs
// end before the heap is worth collecting.
const gcPercent = 400

func main() {
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(softMemory)
	stdout := bufio.NewWriterSize(os.Stdout, 64<<10)
	if width := (console{stdout: stdout}).width(); width > 0 {
		cli.HelpPrinter = func(w io.Writer, template string, data any) {
			cli.HelpPrinterCustom(w, template, data, map[string]any{"wrapAt": func() int { return width }})
		}
	}
	code := run(os.Args[1:], os.Stdin, stdout, os.Stderr)
	if err := stdout.Flush(); err != nil {
		code = console{stderr: os.Stderr}.fail(err)
	}
	os.Exit(code)
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
