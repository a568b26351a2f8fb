package krm

import "fmt"

// MaxProblems is how many problems of a run are printed.
const MaxProblems = 100

// Shown are the results that are printed: the first, and how many more there
// are.
func (rs Results) Shown() Results {
	if len(rs) <= MaxProblems {
		return rs
	}
	more := Result{Severity: Warning, Message: fmt.Sprintf("%d more problems are not printed: correct these first", len(rs)-MaxProblems)}
	if rs[MaxProblems:].Failed() {
		more.Severity = Error
	}
	return append(rs[:MaxProblems:MaxProblems], more)
}
