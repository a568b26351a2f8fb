package prove

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Print prints a report for a person.
func (r *Report) Print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PROMISE\tVERDICT\tMEANING")
	for _, p := range r.Promises {
		fmt.Fprintf(t, "%s\t%s\t%s\n", p.Name, p.Verdict, p.Text)
	}
	_ = t.Flush()
	for _, p := range r.Promises {
		if p.Witness != nil {
			fmt.Fprintf(w, "\n✗ %s is broken. The shortest request that shows it:\n", p.Name)
			p.Witness.Print(w)
		}
	}
	r.printUnknown(w)
	if len(r.Classes) == 0 {
		return
	}
	fmt.Fprintln(w, "\nwhat reaches a program:")
	fmt.Fprintln(t, "AS\tPROGRAM\tCLASS\tSHORTEST\tTYPICAL\tKINDS")
	for _, c := range r.Classes {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\n", strings.Join(r.callers(&c), ", "), quote.Text(strings.Join(c.Programs, ", ")), c.Kind, c.Shortest, cmp.Or(c.Typical, "-"), c.Kinds)
	}
	_ = t.Flush()
	fmt.Fprintf(w, "\n%s\n", quote.Text(r.Count()))
}

// printUnknown prints each reason once, with the promises that are unknown for it.
func (r *Report) printUnknown(w io.Writer) {
	var reasons []string
	of := map[string][]string{}
	for _, p := range r.Promises {
		for _, why := range p.Unknown {
			if of[why] == nil {
				reasons = append(reasons, why)
			}
			of[why] = append(of[why], p.Name)
		}
	}
	if len(reasons) > 0 {
		fmt.Fprintln(w)
	}
	for _, why := range reasons {
		fmt.Fprintf(w, "? %s: %s\n", strings.Join(of[why], ", "), quote.Text(why))
	}
}

// callers of a class. Where front-door is proven, internet reaches a program with the
// Front Door's ID only, but for the path that the promise leaves open.
func (r *Report) callers(c *Class) []string {
	kept := slices.ContainsFunc(r.Promises, func(p Promise) bool { return p.Name == doorPromise && p.Verdict == Proven })
	out := slices.Clone(c.As)
	for i, as := range out {
		if as == Internet && kept && c.Kind != isHealth {
			out[i] += " with the ID"
		}
	}
	return out
}

// Count says how many kinds of requests there are.
func (r *Report) Count() string {
	var axes []string
	for _, name := range slices.Sorted(maps.Keys(r.Atoms)) {
		axes = append(axes, fmt.Sprintf("%s %d", strings.TrimPrefix(name, ofHeader), r.Atoms[name]))
	}
	return fmt.Sprintf("%d kinds of requests that routes, policies and promises tell apart (%s for each caller), %d evaluated",
		r.Kinds, strings.Join(axes, ", "), r.Questions)
}

// Print prints the request, and what it gets.
func (x *Witness) Print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	to := cmp.Or(x.To, "the gateway")
	fmt.Fprintf(t, "  sent\t%s, by %s to %s, Host: %s\n", quote.Text(x.Method+" "+x.Sent), quote.Text(x.As), quote.Text(to), quote.Text(x.Host))
	for _, name := range slices.Sorted(maps.Keys(x.Headers)) {
		fmt.Fprintf(t, "  header\t%s\n", quote.Text(name+": "+x.Headers[name]))
	}
	if x.Path != x.Sent || x.Next != x.Path {
		fmt.Fprintf(t, "  first Envoy\t%s\n  second Envoy\t%s\n", x.Path, cmp.Or(x.Next, "400"))
	}
	fmt.Fprintf(t, "  gets\t%s\n", quote.Text(x.Got))
	_ = t.Flush()
}
