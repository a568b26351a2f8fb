package check

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/gomods/athens-kfn/internal/assumptions"
	"github.com/gomods/athens-kfn/internal/deadlines"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// Text is how a report is printed for a person.
type Text struct {
	// Color marks the signs with a terminal's colours.
	Color bool
	// Strict counts a warning as a failure.
	Strict bool
	// Verbose lists what passed, where accepted findings are, what the site assumes
	// of its cluster and the deadlines of its requests.
	Verbose bool
	// Quiet prints the findings that are not accepted, and nothing else.
	Quiet bool
}

// Signs of a rule: passed, broken and accepted, a warning, an error, not known.
const (
	passed   = "√"
	accepted = "·"
	noted    = "-"
	warned   = "‼"
	refused  = "✗"
	unjudged = "?"
)

// Write prints a report: for each site its findings, errors first and accepted
// ones last, then what must exist.
func (t Text) Write(w io.Writer, r *Report) {
	for i := range r.Findings {
		t.findings(w, r.Findings[i:i+1])
	}
	if len(r.Findings) > 0 {
		t.gap(w)
	}
	for i := range r.Sites {
		t.site(w, &r.Sites[i])
	}
	if !t.Quiet {
		t.hint(w, r)
		t.status(w, r)
	}
}

func (t Text) site(w io.Writer, s *Site) {
	if !t.Quiet {
		fmt.Fprintf(w, "# %s\n\n", quote.Text(s.Name+", "+s.File))
	}
	for _, sign := range []string{refused, unjudged, warned, noted} {
		for _, rule := range Rules() {
			if found := s.of(rule.Code, sign); len(found) > 0 {
				t.findings(w, found)
			}
		}
	}
	if t.Quiet {
		return
	}
	for _, rule := range Rules() {
		t.accepted(w, s.of(rule.Code, accepted))
	}
	if len(s.Findings) > 0 {
		t.gap(w)
	}
	if len(s.Needs) > 0 {
		t.heading(w, "must exist before you apply")
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, n := range s.Needs {
			name := n.Name
			if n.Namespace != "" {
				name = n.Namespace + "/" + name
			}
			use := n.For
			if len(n.Keys) > 0 {
				use = strings.Join(n.Keys, ", ") + ": " + use
			}
			if len(n.Regions) > 0 {
				use = "in " + strings.Join(n.Regions, ", ") + ": " + use
			}
			kind := n.Kind
			if sign := n.sign(); sign != "" {
				kind = sign + " " + kind // a colour would count as width
			}
			fmt.Fprintf(table, "  %s\t%s\t%s\n", kind, quote.Text(name), quote.Text(use))
		}
		_ = table.Flush()
		fmt.Fprintln(w)
	}
	if t.Verbose {
		t.details(w, s)
	}
}

// gap is an empty line between parts.
func (t Text) gap(w io.Writer) {
	if !t.Quiet {
		fmt.Fprintln(w)
	}
}

// details prints what passed, what is assumed and the deadlines.
func (t Text) details(w io.Writer, s *Site) {
	for _, g := range Groups() {
		rules := slices.DeleteFunc(g.Rules, func(r Rule) bool { return !slices.Contains(s.Passed, r.Code) })
		if len(rules) == 0 {
			continue
		}
		t.heading(w, g.Title)
		for _, rule := range rules {
			fmt.Fprintf(w, "  %s %s\n", t.paint(passed), rule.Title)
		}
		fmt.Fprintln(w)
	}
	if len(s.Assumed) > 0 {
		t.heading(w, "assumed of the cluster, which is not read")
		assumptions.Write(w, s.Assumed)
		fmt.Fprintln(w)
	}
	for _, c := range s.Deadlines {
		t.waterfall(w, &c)
	}
}

func (t Text) heading(w io.Writer, title string) {
	fmt.Fprintf(w, "%s:\n", title)
}

// findings prints what one rule found. Its title and its cure are printed once.
func (t Text) findings(w io.Writer, found []Finding) {
	f := &found[0]
	fmt.Fprintf(w, "%s %s %s\n", t.paint(f.sign()), f.Code, f.Title)
	for i := range found {
		at := &found[i]
		fmt.Fprintf(w, "    %s\n", quote.Text(fmt.Sprintf("%s:%d:%d: %s", at.File, at.Line, at.Column, at.Said())))
	}
	fmt.Fprintf(w, "    %s\n", quote.Text(f.Cure))
}

// accepted prints what a site accepts, a line for each reason; Verbose adds where
// it is, as do findings about manifests, of which one line may accept several.
func (t Text) accepted(w io.Writer, found []Finding) {
	for i := range found {
		f := &found[i]
		if i == 0 || f.Accepted != found[i-1].Accepted {
			fmt.Fprintf(w, "%s %s %s\n", t.paint(accepted), f.Code, quote.Text("accepted: "+f.Accepted))
		}
		if t.Verbose || aboutManifests(f.Code) {
			fmt.Fprintf(w, "    %s\n", quote.Text(fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Said())))
		}
	}
}

// sign is that of the rule which found it.
func (f *Finding) sign() string {
	switch {
	case f.Accepted != "":
		return accepted
	case f.Severity == Error:
		return refused
	case f.Severity == Unknown:
		return unjudged
	case f.Severity == Note:
		return noted
	}
	return warned
}

// sign of what the cluster says; empty if none was asked.
func (n *Need) sign() string {
	return map[Found]string{FoundYes: passed, FoundNo: refused, FoundUnknown: unjudged, FoundOutside: noted}[n.Found]
}

// status is the end of a report.
func (t Text) status(w io.Writer, r *Report) {
	errors, warnings := r.Count(Error), r.Count(Warning)
	sign := passed
	if errors > 0 || t.Strict && warnings > 0 {
		sign = refused
	}
	parts := []string{count(errors, "error"), count(warnings, "warning")}
	if n := r.Count(Unknown); n > 0 {
		parts = append(parts, strconv.Itoa(n)+" not known")
		if sign == passed {
			sign = unjudged
		}
	}
	if n := r.Accepted(); n > 0 {
		parts = append(parts, strconv.Itoa(n)+" accepted")
	}
	rules := 0
	for i := range r.Sites {
		rules += len(r.Sites[i].Passed)
	}
	if rules > 0 {
		parts = append(parts, strconv.Itoa(rules)+" passed")
	}
	fmt.Fprintf(w, "%s %s", t.paint(sign), strings.Join(parts, ", "))
	if rules > 0 && !t.Verbose {
		fmt.Fprint(w, "; -v lists them, what is assumed of the cluster and the deadlines")
	}
	fmt.Fprintln(w)
}

// hint is how to read more about the first finding.
func (t Text) hint(w io.Writer, r *Report) {
	explain := func(f *Finding) { fmt.Fprintf(w, "`athens-kfn explain %s` explains the first finding.\n", f.Code) }
	if len(r.Findings) > 0 {
		explain(&r.Findings[0])
		return
	}
	for i := range r.Sites {
		for _, sign := range []string{refused, unjudged, warned, noted} {
			for _, rule := range Rules() {
				if found := r.Sites[i].of(rule.Code, sign); len(found) > 0 {
					explain(&found[0])
					return
				}
			}
		}
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// paint colours a sign as terminals do since ECMA-48.
func (t Text) paint(sign string) string {
	if !t.Color {
		return sign
	}
	code := map[string]string{passed: "32", accepted: "36", warned: "33", refused: "31", unjudged: "33"}[sign]
	return "\x1b[" + code + "m" + sign + "\x1b[0m"
}

// waterfall prints a chain of deadlines as bars: the longest one is full.
func (t Text) waterfall(w io.Writer, c *Chain) {
	title := "deadlines: " + c.About
	if len(c.Regions) > 0 {
		title += ", in " + strings.Join(c.Regions, ", ")
	}
	t.heading(w, title)
	const width = 24
	longest := 0.0
	for _, s := range c.Steps {
		longest = max(longest, bar(&s))
	}
	// The tabwriter counts runes, so the bars line up.
	var lines strings.Builder
	table := tabwriter.NewWriter(&lines, 0, 0, 2, ' ', 0)
	for _, s := range c.Steps {
		cells := ""
		if b := bar(&s); b > 0 {
			cells = strings.Repeat("█", max(1, int(width*b/longest)))
		}
		if s.Detached {
			cells = strings.ReplaceAll(cells, "█", "▒")
		}
		from := s.Field
		if from != "" && s.Default {
			from += " (default)"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", s.Name, span.Deadline(s.Duration), cells, strings.Join(nonempty(from, s.Note), "; "))
	}
	_ = table.Flush()
	for line := range strings.Lines(lines.String()) {
		fmt.Fprintln(w, "  "+strings.TrimRight(line, " \n"))
	}
	fmt.Fprintln(w)
}

// bar is the length of a step's bar: its seconds, and none for a whole run of
// the crawler, beside which nothing else would show.
func bar(s *deadlines.Step) float64 {
	return min(s.Duration.Seconds(), 3600)
}

func nonempty(parts ...string) (out []string) {
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}
