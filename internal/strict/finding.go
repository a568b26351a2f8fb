package strict

import (
	"cmp"
	"slices"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

type finding struct {
	problem.Problem
	seq int
	// hides are further paths that say nothing reliable because of this
	// problem: the field that a misspelled one was meant to be.
	hides []string
}

// findings are problems on their way to the user.
type findings []finding

func (f *findings) note(v *value, format string, args ...any) {
	*f = append(*f, finding{Problem: problem.Problem{Path: v.path(), Message: quote.Sprintf(format, args...)}, seq: v.seq})
}

// hide adds a path to what the last finding hides; empty for none.
func (f findings) hide(path string) {
	if last := &f[len(f)-1]; path != "" {
		last.hides = append(last.hides, path)
	}
}

// within are the findings at a path or below it.
func (f findings) within(path string) (out findings) {
	for _, x := range f {
		if problem.Within(x.Path, path) {
			out = append(out, x)
		}
	}
	return out
}

// problems are the findings in the order of the document, each once.
func (f findings) problems() problem.Problems {
	sorted := slices.Clone(f)
	slices.SortStableFunc(sorted, func(a, b finding) int { return cmp.Compare(a.seq, b.seq) })
	var out problem.Problems
	seen := make(map[problem.Problem]bool, len(sorted))
	for _, x := range sorted {
		if !seen[x.Problem] {
			seen[x.Problem] = true
			out = append(out, problem.Problem{Path: quote.Path(x.Path), Message: x.Message})
		}
	}
	return out
}
