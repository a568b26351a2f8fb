package gitconfig

import (
	"maps"
	"slices"
	"strings"
)

// Keys are those whose values are looked at.
func Keys() (out []string) {
	for _, n := range numbers {
		out = append(out, strings.Fields(n.keys)...)
	}
	return slices.Concat(out, bools, slices.Sorted(maps.Keys(choices)))
}
