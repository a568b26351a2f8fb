package check

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// AcceptAnnotation of a site accepts warnings of check: a line for each, its
// code, a colon and the reason, as in "AK401: one pod is enough here".
const AcceptAnnotation = "athens.gomods.io/accept"

// accept marks the findings that the site's annotation accepts, and adds one for
// each line of it that accepts nothing.
func (s *subject) accept(out *Site) {
	var useless []string
	reasons, rules := map[string]string{}, Rules()
	for line := range strings.Lines(s.variants[0].site.Annotations[AcceptAnnotation]) {
		line = strings.TrimSpace(line)
		code, reason, _ := strings.Cut(line, ":")
		reason = strings.TrimSpace(reason)
		i := slices.IndexFunc(rules, func(r Rule) bool { return r.Code == code })
		switch {
		case line == "":
		case i < 0:
			useless = append(useless, quote.Sprintf("%q does not begin with a code of check: write a line CODE: REASON, as in AK401: one pod is enough here", line))
		case rules[i].Severity == Error:
			useless = append(useless, code+" is an error, and only warnings can be accepted: remove the line, and mend the site")
		case code == stale:
			useless = append(useless, code+" cannot be accepted: remove the line")
		case reason == "":
			useless = append(useless, code+" has no reason: write why this site accepts it, as in "+code+": REASON")
		case reasons[code] != "":
			useless = append(useless, code+" is repeated: remove one")
		case len(out.of(code)) == 0:
			useless = append(useless, code+" does not fire: remove the line")
		default:
			reasons[code] = reason
		}
	}
	for i := range out.Findings {
		out.Findings[i].Accepted = reasons[out.Findings[i].Code]
	}
	if len(useless) > 0 {
		out.Passed = slices.DeleteFunc(out.Passed, func(code string) bool { return code == stale })
	}
	for _, message := range useless {
		f := finding(stale)
		s.place(&f, problem.Child("metadata.annotations", AcceptAnnotation), "")
		f.Message = message
		out.Findings = append(out.Findings, f)
	}
}
