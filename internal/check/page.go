package check

import (
	"fmt"
	"strings"

	"github.com/gomods/athens-kfn/pkg/limits"
)

// Page is the page of a code, as Markdown, or false if there is no such code.
// The code may be written in any case.
func Page(code string) (string, bool) {
	for _, g := range Groups() {
		for _, r := range g.Rules {
			if strings.EqualFold(r.Code, code) {
				return r.page(g.Title), true
			}
		}
	}
	return "", false
}

// exampleFile is what the file of an example is called.
func (r *Rule) exampleFile() string {
	if r.Manifests {
		return "manifests.yaml"
	}
	return "site.yaml"
}

func (r *Rule) command() string {
	if r.Manifests {
		return "athens-kfn check --manifests " + r.exampleFile()
	}
	if r.cluster != nil {
		return "athens-kfn check --cluster"
	}
	return "athens-kfn check"
}

// Try checks a text as the rule's page does with its example.
func (r *Rule) Try(text string) *Report {
	files := []File{{Name: r.exampleFile(), Content: []byte(text)}}
	switch {
	case r.Manifests:
		return Manifests(files, limits.Set{}, nil, "", files[0].Name)
	case r.cluster != nil:
		report, _ := InCluster(files, limits.Set{}, "", files[0].Name, r.cluster) // error dropped: examples for clusters have no regions
		return report
	}
	return Run(files, limits.Set{}, "", files[0].Name)
}

func (r *Rule) page(group string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s\n\n%s, %s. Passes if %s.\n\n", r.Code, r.Fault, strings.ToUpper(group[:1])+group[1:], r.Severity, r.Title)
	fmt.Fprintf(&b, "## Why it matters\n\n%s\n\n## Fix\n\n%s\n", r.Why, r.Cure)
	if r.Severity == Warning && r.Code != stale && !r.Manifests {
		fmt.Fprintf(&b, "\nTo accept it, annotate the site: `%s: \"%s: REASON\"` ([in check.md](../check.md#accept-a-warning)).\n", AcceptAnnotation, r.Code)
	}
	broken := r.Broken()
	fmt.Fprintf(&b, "\n## Example\n\n```yaml\n%s```\n\n`%s` prints:\n\n```\n", broken, r.command())
	most := 5 // one change of a route shows in most requests
	for _, f := range r.Try(broken).All() {
		if f.Code == r.Code {
			if most--; most < 0 {
				b.WriteString("...\n")
				break
			}
			fmt.Fprintf(&b, "%s:%d: %s\n", f.File, f.Line, f.Said())
		}
	}
	b.WriteString("```\n")
	if r.Cured != "" {
		fmt.Fprintf(&b, "\n## The example, corrected\n\n```yaml\n%s```\n", r.Fixed())
	}
	return b.String()
}
