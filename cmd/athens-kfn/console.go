package main

import (
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/quote"
)

const program = cmdline.Program

// console is where a run reads and writes.
type console struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// fail reports an error that is about no field of a site, or each of several.
func (c console) fail(err error) int {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, each := range several.Unwrap() {
			c.fail(each)
		}
		return 1
	}
	fmt.Fprintf(c.stderr, "%s: %s\n", program, krm.Result{Severity: krm.Error, Message: err.Error()}.Line())
	return 1
}

// end is the exit code of a command after its last step.
func (c console) end(err error) int {
	if err != nil {
		return c.fail(err)
	}
	return 0
}

// misuse reports a wrong use of a command, and where to read on.
func (c console) misuse(cmd *cli.Command, format string, args ...any) int {
	fmt.Fprintf(c.stderr, "%s: error: %s\nSee %s --help\n", program, quote.Sprintf(format, args...), cmd.FullName())
	return 2
}

// report prints what a run has to say, one line each.
func (c console) report(results krm.Results) {
	for _, r := range results.Shown() {
		fmt.Fprintf(c.stderr, "%s: %s\n", program, r.Line())
	}
}

// warn reports what does not stop a run.
func (c console) warn(message string) {
	c.report(krm.Results{{Severity: krm.Warning, Message: message}})
}

// note reports that a command line is written in an old form, and how to write it.
func (c console) note(cmd *cli.Command, format string, args ...any) {
	if !cmd.Bool("q") {
		fmt.Fprintf(c.stderr, "%s: note: %s\n", program, quote.Sprintf(format, args...))
	}
}

// progress reports a step that is done.
func (c console) progress(cmd *cli.Command, line string) {
	if !cmd.Bool("q") {
		fmt.Fprintf(c.stderr, "%s: %s\n", program, quote.Text(line))
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
