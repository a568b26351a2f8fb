package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/pkg/quote"
)

func TestHidden(t *testing.T) {
	for _, c := range []struct {
		name      string
		old, want any
	}{
		{"image", "a", "a"},
		{"token", "a", quote.Hidden},
		{"token", 1, quote.Hidden},
		{"optional", true, true},
		{"args", []any{"--token", "a", "--ttl", "1s"}, []any{"--token", quote.Hidden, "--ttl", "1s"}},
		{"env", []any{map[string]any{"name": "API_TOKEN", "value": "a"}, map[string]any{"name": "N", "value": 1.5}},
			[]any{map[string]any{"name": "API_TOKEN", "value": quote.Hidden}, map[string]any{"name": "N", "value": 1.5}}},
		{"data", map[string]any{"secretKey": "k", "remoteRef": map[string]any{"key": "r"}, "password": 1},
			map[string]any{"secretKey": "k", "remoteRef": map[string]any{"key": "r"}, "password": quote.Hidden}},
		{"", absent{}, absent{}},
	} {
		l := &leaf{name: c.name, path: c.name}
		if diff := cmp.Diff(c.want, l.hidden(c.old)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.name, diff)
		}
	}
}
