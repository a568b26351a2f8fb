package krm

import (
	"bytes"
	"fmt"
)

// Bounds of an input; those of its sites are in v1alpha1.
const (
	// MaxParts is how many lines and entries in brackets an input may have. Each
	// becomes a node or two, with its text, and takes up to 1.5 KB at the peak
	// (measured), so that the largest input fits into the sidecar of deploy/argocd.
	MaxParts = 300_000
	// MaxProblems is how many problems of a run are printed.
	MaxProblems = 100
)

// bounded refuses what is too large to be read.
func bounded(in []byte) error {
	parts := 0
	for _, sign := range []string{"\n", ",", "[", "{", "- "} {
		parts += bytes.Count(in, []byte(sign))
	}
	if parts > MaxParts {
		return fmt.Errorf("has %d lines and entries, but at most %d are read: split it", parts, MaxParts)
	}
	return nil
}

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
