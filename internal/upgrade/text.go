package upgrade

import (
	"fmt"
	"io"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Print writes a plan for people. Lines that ask for something begin with !.
func (p *Plan) Print(w io.Writer) {
	fmt.Fprintf(w, "# %s: Athens %s → %s\n\n", quote.Text(p.Site), p.From, p.To)
	for _, n := range p.Notes {
		fmt.Fprintln(w, quote.Text(n))
	}
	switch {
	case p.Same():
		fmt.Fprintln(w, "Nothing changes.")
		return
	case len(p.First) > 0:
		fmt.Fprintln(w, "The spec must be changed first.")
		fmt.Fprintln(w, "\nChanges that the spec needs")
		for _, problem := range p.First {
			fmt.Fprintf(w, "! %s\n", quote.Text(problem.String()))
		}
	default:
		fmt.Fprintln(w, "Nothing blocks the upgrade.")
	}
	list(w, "Changes of Athens that affect this site", p.Concerns)
	list(w, "Other changes of Athens", p.Rest)
	p.printManifests(w)
	fmt.Fprintln(w, "\nSteps")
	for i, s := range p.Steps {
		fmt.Fprintf(w, "%d. %s\n", i+1, quote.Text(s.Text))
		for _, c := range s.Commands {
			fmt.Fprintf(w, "     %s\n", quote.Text(c))
		}
	}
}

func list(w io.Writer, title string, changes []Change) {
	if len(changes) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for i := 0; i < len(changes); i++ {
		c := changes[i]
		line := c.Topic + ": "
		if c.Name != "" {
			line = c.Name
			for ; i+1 < len(changes) && changes[i+1].What == c.What && changes[i+1].Why == c.Why; i++ {
				line += ", " + changes[i+1].Name
			}
			line += " "
		}
		line += c.What
		if c.Why != "" {
			line += " [" + c.Why + "]"
		}
		fmt.Fprintf(w, "  %s\n", line)
	}
}

func (p *Plan) printManifests(w io.Writer) {
	if len(p.First) > 0 {
		return
	}
	for _, r := range p.Manifests {
		title := "Changes in the manifests"
		if r.Region != "" {
			title += " of " + r.Region
		}
		fmt.Fprintf(w, "\n%s\n", title)
		for _, g := range r.Groups {
			for _, c := range g.Changes {
				mark := " "
				if c.Warning {
					mark = "!"
				}
				fmt.Fprintf(w, "%s %s %s: %s\n", mark, c.Code, g.Name, quote.Text(c.Text))
			}
		}
	}
}
