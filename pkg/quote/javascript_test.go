package quote_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

func TestJavaScript(t *testing.T) {
	for _, s := range quotetest.All {
		text := quote.JavaScript(s)
		var got string
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != s {
			t.Errorf("%q: %s is read as %q, %v", s, text, got, err)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || r == '<' }) {
			t.Errorf("%q: %q holds what cannot be seen", s, text)
		}
	}
	if got, want := quote.JavaScript("\U000e0001"), `"\udb40\udc01"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestJavaScript_Node(t *testing.T) {
	program, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: there is no node here")
	}
	var literals []string
	for _, s := range quotetest.All {
		literals = append(literals, quote.JavaScript(s))
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Stdin = strings.NewReader("console.log(JSON.stringify([" + strings.Join(literals, ",") + "]))")
	out, err := cmd.Output()
	var got []string
	if err != nil || json.Unmarshal(out, &got) != nil || !slices.Equal(got, quotetest.All) {
		t.Errorf("%v: got %s", err, out)
	}
}
