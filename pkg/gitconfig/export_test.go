package gitconfig

import "slices"

// Keys are those whose values are looked at.
func Keys() []string { return slices.Concat(numbers, bools) }
