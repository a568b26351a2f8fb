package why

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// rule is why this program decides values as it does.
type rule struct {
	// objects are kinds, each with what the name ends in where that matters, as
	// in "Service Deployment/lathens"; empty for all.
	objects string
	// path leads to the values, which may lie below it: * represents one step,
	// [*] for an item of a list, ** for any number of steps.
	path string
	text string
}

// reason finds the first rule for a value, empty if there is none.
func reason(id krm.ID, p tree.Path) string {
	for _, rules := range [][]rule{podRules, workloadRules, meshRules, accessRules, watchRules, secretRules, collectorRules, azureRules, commonRules} {
		for _, r := range rules {
			if r.covers(id) && matches(p, tree.Parse(r.path)) {
				return r.text
			}
		}
	}
	return ""
}

func (r rule) covers(id krm.ID) bool {
	if r.objects == "" {
		return true
	}
	return slices.ContainsFunc(strings.Fields(r.objects), func(word string) bool {
		kind, end, _ := strings.Cut(word, "/")
		return kind == id.Kind && (end == "" || strings.HasSuffix("-"+id.Name, "-"+end))
	})
}

// matches says whether a path leads through what a pattern represents.
func matches(p, pattern tree.Path) bool {
	switch {
	case len(pattern) == 0:
		return true
	case pattern[0] == "**":
		return matches(p, pattern[1:]) || len(p) > 0 && matches(p[1:], pattern)
	case len(p) == 0:
		return false
	case pattern[0] == p[0], pattern[0] == "*", pattern[0] == "[*]" && p[0][0] == '[':
		return matches(p[1:], pattern[1:])
	}
	return false
}
