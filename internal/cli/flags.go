// Package cli is what the command lines of lathens and crathens share.
package cli

import (
	"flag"
	"fmt"
	"io"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// PrintFlags lists flags in the form --name=value, each with its text and
// default.
func PrintFlags(w io.Writer, flags *flag.FlagSet) {
	flags.VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		fmt.Fprintf(w, "  --%s=%s\n        %s", f.Name, value, text)
		if f.DefValue != "" {
			fmt.Fprintf(w, " (default %s)", f.DefValue)
		}
		fmt.Fprintln(w)
	})
}

// Misuse reports every problem of a command line, and returns the exit code
// for it.
func Misuse(w io.Writer, program string, problems []error) int {
	for _, p := range problems {
		fmt.Fprintf(w, "%s: error: %s\n", program, quote.Text(p.Error()))
	}
	fmt.Fprintf(w, "See %s --help.\n", program)
	return 2
}
