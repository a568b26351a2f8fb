package krm

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/pkg/tree"
)

func TestValue(t *testing.T) {
	for in, want := range map[string]any{
		"{a: 1, b: [x, '1', true, null], 2: c}":    map[string]any{"a": 1, "b": []any{"x", "1", true, nil}, "2": "c"},
		"{x: &x {a: 1}, y: *x}":                    map[string]any{"x": map[string]any{"a": 1}, "y": map[string]any{"a": 1}},
		"{<<: [{a: 1, b: 1}, {b: 2, c: 2}], a: 0}": map[string]any{"a": 0, "b": 1, "c": 2},
		"{<<: {<<: {a: 2}, b: 1}}":                 map[string]any{"a": 2, "b": 1},
		"{a: 1, b: {c: 2, c: 3}}":                  "line 1: b.c: is repeated, first in line 1: remove one",
		"{a: .nan}":                                "line 1: .nan is not a number that JSON has",
		"{[a]: 1}":                                 "line 1: a key must be text",
		"{<<: a}":                                  "line 1: a merge key must have a map or a list of maps",
		strings.Repeat("{a: ", tree.MaxDepth+2) + "b" + strings.Repeat("}", tree.MaxDepth+2): "line 1: " + tree.ErrAliases.Error(),
		"a: &a {<<: *a}": "line 1: " + tree.ErrAliases.Error(),
		"a: &a [*a]":     "line 1: " + tree.ErrAliases.Error(),
		bomb(22):         tree.ErrAliases.Error(),
	} {
		docs, err := Documents([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Value(docs[0].Content[0])
		if message, wrong := want.(string); wrong {
			if err == nil || !strings.HasSuffix(err.Error(), message) {
				t.Errorf("%.40s: %v, want %s", in, err, message)
			}
		} else if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%.40s: %v %s", in, err, d)
		}
	}
}

// bomb is n lines of aliases that represent 2^n nodes.
func bomb(n int) string {
	out := "x0: &x0 a\n"
	for i := range n {
		out += strings.NewReplacer("A", "x"+strings.Repeat("i", i+1), "B", map[bool]string{true: "x0", false: "x" + strings.Repeat("i", i)}[i == 0]).Replace("A: &A [*B, *B]\n")
	}
	return out
}
