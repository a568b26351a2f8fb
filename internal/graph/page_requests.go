package graph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// requestRows are prove's table with the steps of each answer, and the callers in
// it as options.
func requestRows(w *prove.World) (rows, callers string) {
	var out, names strings.Builder
	var seen []string
	broken := w.Broken()
	for _, r := range w.Table() {
		if !slices.Contains(seen, r.As) {
			seen = append(seen, r.As)
			fmt.Fprintf(&names, "<option>%s</option>", quote.XML(r.As))
		}
		class, verdict := judge(&r, broken)
		var steps strings.Builder
		r.Answer.Print(&steps)
		fmt.Fprintf(&out, `<tr class="%s" data-as="%s" data-by="%s"><td>%s</td><td><details><summary>%s</summary><pre tabindex="0">%s</pre></details></td><td class="p-status">%s</td><td>%s</td></tr>`+"\n",
			class, quote.XML(r.As), quote.XML(r.Answer.By), quote.XML(r.As), quote.XML(r.Line()), preformatted(steps.String()), quote.XML(verdict), quote.XML(r.Answer.By))
	}
	return out.String(), names.String()
}

// judge says how an answer is shown: a refusal that the site promises is not a
// fault.
func judge(r *prove.Row, broken []prove.Broken) (class, verdict string) {
	outcome := r.Answer.Outcome()
	for _, b := range broken {
		if b.As == r.As && b.Line() == r.Line() {
			return "broken", outcome + ", but the site promises " + b.Promised.Outcome() + " by " + b.Promised.By
		}
	}
	switch {
	case len(r.Answer.Unknown) > 0:
		return "unknown", outcome
	case r.Answer.Status == 200:
		return "passes", outcome
	}
	return "refused", outcome + ", as promised"
}
