package problem

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest is the known name that a misspelled one was most likely meant to be;
// of two that are as near, the one of the nearer length.
func Nearest(name string, known []string) (string, bool) {
	best, distance := "", 1+max(1, len(name)/3)
	for _, k := range known {
		d := Distance(name, k)
		if d < distance || d == distance && best != "" && extra(k, name) < extra(best, name) {
			best, distance = k, d
		}
	}
	return best, best != ""
}

// extra is by how many letters the lengths of two names differ.
func extra(a, b string) int { return max(len(a), len(b)) - min(len(a), len(b)) }

// Distance is how far a name is from a known one: the number of letters to
// change, whatever their case; fewer where one begins or ends the other, or
// letters only changed places.
func Distance(name, known string) int {
	const longest = 64 // no name is longer, and the distance costs n×m
	if name == "" || len(name) > longest {
		return longest
	}
	lower, l := strings.ToLower(name), strings.ToLower(known)
	d := levenshtein.ComputeDistance(lower, l)
	if len(name) >= 3 && (strings.HasPrefix(l, lower) || strings.HasPrefix(lower, l) && len(l) >= 3) {
		d = min(d, 1)
	}
	if strings.HasSuffix(l, lower) {
		d = min(d, 2) // "prefix" of namePrefix
	}
	if len(l) == len(lower) && letters(l) == letters(lower) {
		d = min(d, 1)
	}
	return d
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
