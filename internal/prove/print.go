package prove

import (
	"cmp"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// PrintTable prints rows for a person.
func PrintTable(w io.Writer, rows []Row) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer func() { _ = t.Flush() }()
	fmt.Fprintln(t, "AS\tREQUEST\tSTATUS\tBY\tFALLBACK\tROUTE\tTIMEOUT\tTRIES\tMTLS\tPOLICY")
	for _, r := range rows {
		a := &r.Answer
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.As, r.Line(), a.Outcome(), quote.Text(a.By),
			quote.Text(cmp.Or(a.Fallback, "-")), quote.Text(cmp.Or(a.Route, "-")), timeout(a), tries(a), YesNo(a.MTLS), quote.Text(cmp.Or(a.Policy, "-")))
	}
}

// PrintUnknown prints why answers cannot be judged; nothing if there is no
// reason.
func PrintUnknown(w io.Writer, why []string) {
	if len(why) == 0 {
		return
	}
	fmt.Fprintln(w, "\ncannot judge every request, because:")
	for _, reason := range why {
		fmt.Fprintf(w, "? %s\n", quote.Text(reason))
	}
}

// PrintBroken prints the promises that objects do not keep.
func PrintBroken(w io.Writer, broken []Broken) {
	fmt.Fprintln(w, "\nanswers that the site promises otherwise:")
	for _, b := range broken {
		fmt.Fprintf(w, "✗ %s\n", quote.Text(b.String()))
	}
}

// Print prints an answer with its steps.
func (a *Answer) Print(w io.Writer) {
	for _, step := range a.Steps {
		fmt.Fprintf(w, "  %s\n", quote.Text(step))
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer func() { _ = t.Flush() }()
	for _, f := range [][2]string{
		{"status", status(a)}, {"by", a.By}, {"fallback", fallback(a)}, {"route", a.Route},
		{"timeout", timeout(a)}, {"tries", tries(a)}, {"retry on", a.RetryOn}, {"mTLS", YesNo(a.MTLS)}, {"policy", a.Policy},
	} {
		fmt.Fprintf(t, "%s\t%s\n", f[0], quote.Text(cmp.Or(f[1], "-")))
	}
}

// Line is a request on one line, as ParseRequest reads it, with the Service that it
// is sent to where that is not Athens'.
func (r *Request) Line() string {
	if outside(r.As) && r.Host != "" {
		scheme := "https://"
		if r.Port == PlainPort {
			scheme = "http://"
		}
		return r.Method + " " + scheme + r.Host + r.Path
	}
	if r.To == generators.List {
		return r.Method + " " + r.Path + " (at " + r.To + ")"
	}
	return r.Method + " " + r.Path
}

// status with the guess where it is not known.
func status(a *Answer) string {
	if known := (&Answer{Status: a.Status}).Outcome(); len(a.Unknown) > 0 {
		return a.Outcome() + ", perhaps " + known
	}
	return a.Outcome()
}

// fallback says what clients see until it answers.
func fallback(a *Answer) string {
	switch {
	case a.Fallback == "":
		return ""
	case a.Seamless:
		return a.Fallback + ", and no client sees a failure"
	}
	return a.Fallback + ", after some failed requests"
}

func timeout(a *Answer) string {
	if a.Timeout == 0 {
		return "-"
	}
	return span.Seconds(a.Timeout)
}

func tries(a *Answer) string {
	if a.Tries == 0 {
		return "-"
	}
	return a.Attempts()
}

// Attempts are how often a route tries and, if each try has one, their timeout,
// as in 3 × 10s.
func (a *Answer) Attempts() string {
	if a.PerTry == 0 {
		return fmt.Sprint(a.Tries)
	}
	return fmt.Sprintf("%d × %s", a.Tries, span.Seconds(a.PerTry))
}

// YesNo is an answer in a word.
func YesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
