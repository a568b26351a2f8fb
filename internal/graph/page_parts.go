package graph

import (
	"fmt"
	"strings"
	"time"

	"github.com/gomods/athens-kfn/internal/deadlines"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

func objectRows(d *pageData) string {
	var out strings.Builder
	for i, o := range d.Objects {
		fmt.Fprintf(&out, `<tr><td>%s</td><td><button type="button" class="p-link" data-object="%d">%s</button></td><td>%s</td></tr>`+"\n",
			quote.XML(o.Kind), i, quote.XML(o.Name), quote.XML(o.Namespace))
	}
	return out.String()
}

// waterfalls draw each chain of deadlines, its bars as long as the deadlines
// are beside the longest of the chain.
func waterfalls(chains []deadlines.Chain) string {
	var out strings.Builder
	for _, c := range chains {
		var longest time.Duration
		for _, s := range c.Steps {
			longest = max(longest, s.Duration)
		}
		fmt.Fprintf(&out, "<table class=\"p-fall\"><caption>%s</caption><thead><tr><th scope=\"col\">waiting</th><th scope=\"col\">how long</th><th scope=\"col\"><span class=\"p-sr\">as a bar</span></th><th scope=\"col\">set by</th></tr></thead><tbody>\n", quote.XML(c.About))
		for _, s := range c.Steps {
			length, bar := "no deadline", ""
			if s.Duration > 0 {
				length = span.Deadline(s.Duration)
				class := "p-bar"
				if s.Detached {
					class += " p-detached"
				}
				bar = fmt.Sprintf(`<div class="%s" style="width:%.1f%%"></div>`, class, 100*s.Duration.Seconds()/longest.Seconds())
			}
			fmt.Fprintf(&out, "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"p-bars\">%s</td><td>%s</td></tr>\n",
				quote.XML(s.Name), quote.XML(length), bar, setBy(&s))
		}
		out.WriteString("</tbody></table>\n")
	}
	return out.String()
}

// preformatted is a text of several lines, which pre keeps.
func preformatted(s string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i, line := range lines {
		lines[i] = quote.XML(line)
	}
	return strings.Join(lines, "\n")
}

func setBy(s *deadlines.Step) string {
	var out []string
	if s.Field != "" {
		field := "<code>" + quote.XML(s.Field) + "</code>"
		if s.Default {
			field += " (default)"
		}
		out = append(out, field)
	}
	if s.Note != "" {
		out = append(out, quote.XML(s.Note))
	}
	return strings.Join(out, "; ")
}
