package problem

import (
	"math/rand"
	"slices"
	"testing"
)

// The index of broken paths answers as comparing with each of them does.
func TestBroken(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	words := []string{"spec", "spec.a", "spec.a.b", "spec.ab", "spec.a[0]", "spec.a[0].b", "spec.a[1]", "spec.a-b.c", `spec.a["x.y"]`, "status", ""}
	for range 2000 {
		var paths, more []string
		for range r.Intn(4) {
			paths = append(paths, words[r.Intn(len(words))])
		}
		for range r.Intn(2) {
			more = append(more, words[r.Intn(len(words))])
		}
		b := NewBroken(paths, NewBroken(more, nil))
		for _, w := range words {
			want := slices.ContainsFunc(append(paths, more...), func(p string) bool { return Within(p, w) || Within(w, p) })
			if got := b.Touches(w); got != want {
				t.Fatalf("%q and %q touch %q: %v, want %v", paths, more, w, got, want)
			}
		}
	}
}
