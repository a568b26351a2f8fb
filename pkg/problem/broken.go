package problem

import (
	"slices"
	"sort"
	"strings"
)

// Broken are the paths of a configuration that were complained about: what stands at
// them, above them and below them says nothing reliable.
type Broken struct {
	paths map[string]bool
	// sorted has the same paths, so that those below one are next to each other.
	sorted []string
	// more are those of the document that overrides are merged over; nil for none.
	more *Broken
}

// NewBroken are the paths and more: those of the document that overrides are
// merged over, nil if there are none.
func NewBroken(paths []string, more *Broken) *Broken {
	b := &Broken{paths: make(map[string]bool, len(paths)), sorted: slices.Clone(paths), more: more}
	for _, p := range paths {
		b.paths[p] = true
	}
	slices.Sort(b.sorted)
	return b
}

// Touches says whether a path is one of them, above one or below one.
func (b *Broken) Touches(path string) bool {
	if b == nil || len(b.sorted) == 0 && b.more == nil {
		return false
	}
	if b.paths[path] || b.paths[""] || path == "" && len(b.sorted) > 0 {
		return true
	}
	for i := range len(path) {
		if (path[i] == '.' || path[i] == '[') && b.paths[path[:i]] {
			return true
		}
	}
	for _, next := range []string{".", "["} {
		i := sort.SearchStrings(b.sorted, path+next)
		if i < len(b.sorted) && strings.HasPrefix(b.sorted[i], path+next) {
			return true
		}
	}
	return b.more.Touches(path)
}

// Merged says whether a document with overrides merged over it is judged, after
// the document itself.
func (b *Broken) Merged() bool { return b != nil && b.more != nil }
