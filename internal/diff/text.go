package diff

import (
	"fmt"
	"io"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Print writes reports for people. Warnings begin with !, then comes the code.
func Print(w io.Writer, reports []Report) {
	for i, r := range reports {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, quote.Text(r.title()))
		for _, g := range r.Groups {
			fmt.Fprintf(w, "\n%s\n", g.Name)
			for _, c := range g.Changes {
				mark := " "
				if c.Warning {
					mark = "!"
				}
				fmt.Fprintf(w, "%s %s %s\n", mark, c.Code, quote.Text(c.Text))
			}
		}
	}
}

func (r *Report) title() string {
	title := "# objects of no site"
	if r.Site != "" {
		namespace, name, _ := strings.Cut(r.Site, ".")
		title = "# " + namespace + "/" + name
	}
	if r.Region != "" {
		title += " in " + r.Region
	}
	return title
}
