package terminal_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/terminal"
)

func TestWrap_FitsLinesToTheWidth(t *testing.T) {
	for _, c := range []struct {
		name, in string
		width    int
		want     string
	}{
		{"no terminal", "one two three four\n", 0, "one two three four\n"},
		{"short enough", "one two\n", 7, "one two\n"},
		{"an indented line", "    one two three\n", 12, "    one two\n    three\n"},
		{"a word that is too wide", "a http://one.example.com/two b\n", 10, "a\nhttp://one.example.com/two\nb\n"},
		{"a command stays whole", "ask `athens-kfn explain AK401` now\n", 12, "ask\n`athens-kfn explain AK401`\nnow\n"},
		{"the last column of a table", "Secret  a/b  the certificate of it\n", 28, "Secret  a/b  the certificate\n             of it\n"},
		{"a table that is too wide for that", "Secret  aaaaaaaaaaaaaaaaaaaa  the certificate\n", 30, "Secret aaaaaaaaaaaaaaaaaaaa\nthe certificate\n"},
		{"colours take no room", "\x1b[31m✗\x1b[0m AK1 one two\n", 9, "\x1b[31m✗\x1b[0m AK1 one\ntwo\n"},
	} {
		if got := terminal.Wrap(c.in, c.width); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
