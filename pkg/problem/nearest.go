package problem

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest is the known name that a misspelled one was most likely meant to be.
func Nearest(name string, known []string) (string, bool) {
	const longest = 64 // no name is longer, and the distance costs n×m
	if name == "" || len(name) > longest {
		return "", false
	}
	best, distance := "", 1+max(1, len(name)/3)
	lower := strings.ToLower(name)
	for _, k := range known {
		l := strings.ToLower(k)
		d := levenshtein.ComputeDistance(lower, l)
		if len(name) >= 3 && (strings.HasPrefix(l, lower) || strings.HasPrefix(lower, l) && len(l) >= 3) {
			d = min(d, 1)
		}
		if strings.HasSuffix(l, lower) {
			d = min(d, 2) // "prefix" of namePrefix
		}
		if len(l) == len(lower) && letters(l) == letters(lower) {
			d = min(d, 1) // letters that changed places
		}
		if d < distance {
			best, distance = k, d
		}
	}
	return best, best != ""
}

// letters are those of a word in alphabetical order.
func letters(word string) string {
	b := []byte(word)
	slices.Sort(b)
	return string(b)
}

// OrList joins words as in "a, b or c".
func OrList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
