package graph

import (
	"fmt"
	"strings"

	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// verdictClass is how the row of a promise looks.
var verdictClass = map[prove.Verdict]string{prove.Proven: "passes", prove.BrokenBy: "broken", prove.Undecided: "unknown"}

// promiseRows are the promises of a site with their verdicts: of a broken one the
// shortest request that shows it, of an unknown one the reasons.
func promiseRows(r *prove.Report) string {
	var out strings.Builder
	for _, p := range r.Promises {
		meaning := quote.XML(p.Text)
		if p.Witness != nil {
			var request strings.Builder
			p.Witness.Print(&request)
			meaning = fmt.Sprintf(`<details open><summary>%s</summary><pre tabindex="0">%s</pre></details>`, meaning, preformatted(request.String()))
		}
		if len(p.Unknown) > 0 {
			meaning = fmt.Sprintf(`<details open><summary>%s</summary><ul>`, meaning)
			for _, why := range p.Unknown {
				meaning += "<li>" + quote.XML(why) + "</li>"
			}
			meaning += "</ul></details>"
		}
		fmt.Fprintf(&out, `<tr class="%s"><th scope="row">%s</th><td class="p-status">%s</td><td>%s</td></tr>`+"\n",
			verdictClass[p.Verdict], quote.XML(p.Name), quote.XML(string(p.Verdict)), meaning)
	}
	return out.String()
}

// undecided are the promises that are unknown, each with the reasons.
func undecided(r *prove.Report) (out []string) {
	for _, p := range r.Promises {
		for _, why := range p.Unknown {
			out = append(out, p.Name+": "+why)
		}
	}
	return out
}
