// Helm-athens is the Helm plugin of athens-kfn: it prints a site's manifests,
// packs them into a chart, turns the values of the athens-proxy chart into a
// site, and puts a release of that chart into the mesh. Its tests run the real
// Helm.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/quote"
)

const program = "helm athens"

func main() {
	stdout := bufio.NewWriterSize(os.Stdout, 64<<10)
	code := run(os.Args[1:], os.Stdin, stdout, os.Stderr)
	if err := stdout.Flush(); err != nil {
		code = console{stderr: os.Stderr}.fail(err)
	}
	os.Exit(code)
}

// run is the program without its process. It returns the exit code: 0, 1 for
// problems with the input, 2 for a wrong command line, 3 for what post-render
// cannot judge.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := console{stdin, stdout, stderr}
	if len(args) == 0 {
		return c.help()
	}
	switch args[0] {
	case "template":
		return c.template(args[1:])
	case "package":
		return c.pack(args[1:])
	case "import":
		return c.imports(args[1:])
	case "post-render":
		return c.postRender(args[1:])
	case renderChart:
		return c.renderChart()
	case "help", "--help", "-help", "-h":
		return c.help()
	}
	return c.misuse("%s: no such command", args[0])
}

// console is where a run reads and writes.
type console struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// fail reports an error that is about no field of a site.
func (c console) fail(err error) int {
	return c.report(krm.Results{{Severity: krm.Error, Message: err.Error()}})
}

// warn reports what does not stop a run.
func (c console) warn(message string) {
	c.report(krm.Results{{Severity: krm.Warning, Message: message}})
}

// misuse reports a wrong command line.
func (c console) misuse(format string, args ...any) int {
	fmt.Fprintf(c.stderr, "%s: error: %s\nSee %s --help\n", program, quote.Sprintf(format, args...), program)
	return 2
}

// report prints what a run has to say, one line each, and returns the exit
// code of a run that stops there.
func (c console) report(results krm.Results) int {
	for _, r := range results {
		fmt.Fprintf(c.stderr, "%s: %s\n", program, r.Line())
	}
	return 1
}
