package diff

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// text is the change of a leaf: old → new, or what comes or goes, without what
// could be a secret.
func (l *leaf) text() string {
	before, after := l.hidden(l.old), l.hidden(l.now)
	switch {
	case l.order:
		return "(order) " + brief(before) + " → " + brief(after)
	case l.old == nil:
		return "+ " + brief(after)
	case l.now == nil:
		return "- " + brief(before)
	}
	if gone, come, ok := sets(before, after); ok {
		return strings.TrimSpace(list("+ ", come) + " " + list("- ", gone))
	}
	old, now := line(before), line(after)
	if old == now {
		old, now = exact(before), exact(after)
	}
	if old == now { // but for a secret
		return brief(before) + " (changes where it is not shown)"
	}
	from := 0
	if shortened(old, 0) == shortened(now, 0) {
		from = max(0, common(old, now)-longest/2)
	}
	return shortened(old, from) + " → " + shortened(now, from)
}

// key is the change in full: the text is shortened.
func (l *leaf) key() string { return exact(l.old) + " " + exact(l.now) }

// sets are what two lists of scalars do not share.
func sets(old, now *yaml.Node) (gone, come []string, ok bool) {
	a, b := texts(old), texts(now)
	if len(a) == 0 || len(b) == 0 || slices.Contains(a, "") || slices.Contains(b, "") {
		return nil, nil, false
	}
	gone, come = without(a, b), without(b, a)
	return gone, come, len(gone)+len(come) > 0
}

// without is what is in one list and not in the other.
func without[T comparable](a, b []T) (out []T) {
	theirs := make(map[T]bool, len(b))
	for _, s := range b {
		theirs[s] = true
	}
	for _, s := range a {
		if !theirs[s] {
			out = append(out, s)
		}
	}
	return out
}

func list(sign string, words []string) string {
	if len(words) == 0 {
		return ""
	}
	return sign + strings.Join(words, ", ")
}

const longest = 100

func brief(n *yaml.Node) string { return shortened(line(n), 0) }

// line is a value on one line.
func line(n *yaml.Node) string {
	return strings.ReplaceAll(cmp.Or(tree.Text(n), exact(n)), "\n", "⏎")
}

// exact tells any two values apart that differ: "1" from 1.
func exact(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	switch v, err := krm.Value(n); v.(type) {
	case map[string]any, []any, string:
		if text, wrong := json.Marshal(v); err == nil && wrong == nil {
			return string(text)
		}
	}
	return n.Value
}

// shortened is the part of a text that begins at a character.
func shortened(text string, from int) string {
	r := []rune(text)
	before := ""
	if from = min(from, len(r)); from > 0 {
		before = "…"
	}
	if r = r[from:]; len(r) > longest {
		return before + string(r[:longest-1]) + "…"
	}
	return before + string(r)
}

// common is the number of characters with which both texts begin.
func common(a, b string) int {
	x, y := []rune(a), []rune(b)
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	return i
}
