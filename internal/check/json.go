package check

import (
	"io"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// JSON prints a report for a program; docs/check.md describes it. Fields are
// only ever added.
func JSON(w io.Writer, r *Report) error {
	type summary struct {
		Errors   int `json:"errors"`
		Warnings int `json:"warnings"`
		Accepted int `json:"accepted"`
		// Unknown is left out where manifests were not read, or all were judged.
		Unknown int `json:"unknown,omitempty"`
	}
	return quote.JSON(w, struct {
		APIVersion string    `json:"apiVersion"`
		Kind       string    `json:"kind"`
		Summary    summary   `json:"summary"`
		Findings   []Finding `json:"findings"`
		Sites      []Site    `json:"sites"`
	}{
		"athens.gomods.io/v1alpha1", "CheckReport",
		summary{r.Count(Error), r.Count(Warning), r.Accepted(), r.Count(Unknown)},
		list(r.Findings), list(r.Sites),
	})
}

// list is [] where there is nothing, not null.
func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}
