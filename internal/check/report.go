package check

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/assumptions"
	"github.com/gomods/athens-kfn/internal/deadlines"
)

// Finding is one thing that a rule says of a site.
type Finding struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
	// Site is namespace/name; empty for a file that holds none.
	Site string `json:"site,omitempty"`
	File string `json:"file"`
	// Line and Column where the field is written, or what it would stand in.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Field is its path; empty for a finding about an object.
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
	// Regions that it is about; empty for all of them, and for a site without
	// any.
	Regions []string `json:"regions,omitempty"`
	Cure    string   `json:"cure"`
	// Accepted is the reason for which the site accepts it (AcceptAnnotation);
	// empty if it does not.
	Accepted string `json:"accepted,omitempty"`

	// at is the object and the field of a finding that is accepted field by field.
	at string
}

// Said is the finding on one line: its regions, its field, its message.
func (f *Finding) Said() string {
	line := f.Message
	if f.Field != "" {
		line = f.Field + ": " + line
	}
	if len(f.Regions) > 0 {
		line = "in " + strings.Join(f.Regions, ", ") + ": " + line
	}
	return line
}

// Site is what was found about one site.
type Site struct {
	// Name is namespace/name.
	Name string `json:"name"`
	File string `json:"file"`
	// Passed are the codes of the rules that have a meaning for the site and
	// that it keeps.
	Passed   []string  `json:"passed"`
	Findings []Finding `json:"findings"`
	// Needs must exist before the site's manifests are applied.
	Needs []Need `json:"mustExist"`
	// Assumed is what the site takes for granted about its cluster.
	Assumed []assumptions.Assumption `json:"assumed"`
	// Deadlines of its requests.
	Deadlines []Chain `json:"deadlines"`
	// Alone reports that its manifests were judged without its AthensSite, so that
	// what is missing altogether is not noticed.
	Alone bool `json:"withoutSpec,omitempty"`
	// NotCompared is how many objects the AthensSite renders of which it is not known
	// which ones of its manifests they are, so that their fields are not compared.
	NotCompared int `json:"notCompared,omitempty"`
}

// Chain is a chain of deadlines.
type Chain struct {
	deadlines.Chain
	// Regions that have it; empty for all of them, and for a site without any.
	Regions []string `json:"regions,omitempty"`
}

// of are the findings of one rule that have a sign.
func (s *Site) of(code, sign string) (out []Finding) {
	for _, f := range s.Findings {
		if f.Code == code && f.sign() == sign {
			out = append(out, f)
		}
	}
	return out
}

// Report is what was found in all files.
type Report struct {
	Sites []Site
	// Findings of files that hold no site to judge.
	Findings []Finding
}

// All are the findings of the files and then of each site.
func (r *Report) All() []Finding {
	out := slices.Clone(r.Findings)
	for i := range r.Sites {
		out = append(out, r.Sites[i].Findings...)
	}
	return out
}

// Count is how many findings have a severity and are not accepted.
func (r *Report) Count(s Severity) int {
	return r.count(func(f *Finding) bool { return f.Severity == s && f.Accepted == "" })
}

// Accepted is how many findings their sites accept.
func (r *Report) Accepted() int {
	return r.count(func(f *Finding) bool { return f.Accepted != "" })
}

func (r *Report) count(counts func(*Finding) bool) (n int) {
	all := r.All()
	for i := range all {
		if counts(&all[i]) {
			n++
		}
	}
	return n
}
