package v1alpha1

import (
	"slices"
	"sort"
	"strings"
)

// broken are the paths of a site that were complained about: what stands at
// them, above them and below them says nothing reliable.
type broken struct {
	paths map[string]bool
	// sorted has the same paths, so that those below one are next to each other.
	sorted []string
	// more are those of the spec that a region is merged over; nil for none.
	more *broken
}

func newBroken(paths []string, more *broken) *broken {
	b := &broken{paths: make(map[string]bool, len(paths)), sorted: slices.Clone(paths), more: more}
	for _, p := range paths {
		b.paths[p] = true
	}
	slices.Sort(b.sorted)
	return b
}

// touches says whether a path is one of them, above one or below one.
func (b *broken) touches(path string) bool {
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
	return b.more.touches(path)
}

// ofRegion says whether a region is judged, after the spec and its list of
// regions.
func (b *broken) ofRegion() bool { return b != nil && b.more != nil }
