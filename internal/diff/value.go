package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// text is the change of a leaf: old → new, or what comes or goes, without what
// could be a secret.
func (l *leaf) text() string {
	before, after := l.hidden(l.old), l.hidden(l.now)
	switch {
	case l.order:
		return "(order) " + brief(before) + " → " + brief(after)
	case l.old == absent{}:
		return "+ " + brief(after)
	case l.now == absent{}:
		return "- " + brief(before)
	}
	if gone, come, ok := sets(before, after); ok {
		return strings.TrimSpace(list("+ ", come) + " " + list("- ", gone))
	}
	old, now := line(before), line(after)
	if old == now && before != quote.Hidden {
		old, now = exact(before), exact(after)
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
func sets(old, now any) (gone, come []string, ok bool) {
	a, b := strs(old), strs(now)
	if len(a) == 0 || len(b) == 0 || slices.Contains(a, "") || slices.Contains(b, "") {
		return nil, nil, false
	}
	gone, come = without(a, b), without(b, a)
	return gone, come, len(gone)+len(come) > 0
}

// without is what is in one list and not in the other.
func without(a, b []string) (out []string) {
	theirs := make(map[string]bool, len(b))
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

// longest is the number of characters of a value that are printed.
const longest = 100

// brief is a value on one short line.
func brief(v any) string { return shortened(line(v), 0) }

// line is a value on one line.
func line(v any) string {
	text := str(v)
	if mapping(v) != nil || items(v) != nil {
		text = exact(v)
	}
	if text == "" {
		return exact(v)
	}
	return strings.ReplaceAll(text, "\n", "⏎")
}

// exact tells any two values apart that differ: "1" from 1, and 1 from 1.0.
func exact(v any) string {
	switch v.(type) {
	case map[string]any, []any, string, nil:
		if b, err := json.Marshal(v); err == nil {
			return string(b)
		}
	}
	text := fmt.Sprintf("%#v", v)
	if _, ok := v.(float64); ok && !strings.ContainsAny(text, ".eIN") {
		text += ".0"
	}
	return text
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
