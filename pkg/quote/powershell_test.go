package quote_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

// scanStringLiteral reads a single-quoted string as PowerShell's tokenizer does
// (ScanStringLiteral in src/System.Management.Automation/engine/parser/tokenizer.cs):
// any of five quotes ends it, and two of any are the second of them.
func scanStringLiteral(s string) (value, rest string, ok bool) {
	isQuote := func(r rune) bool { return strings.ContainsRune("'‘’‚‛", r) }
	runes := []rune(s)
	if len(runes) == 0 || !isQuote(runes[0]) {
		return "", s, false
	}
	var out []rune
	for i := 1; i < len(runes); i++ {
		if isQuote(runes[i]) {
			if i+1 == len(runes) || !isQuote(runes[i+1]) {
				return string(out), string(runes[i+1:]), true
			}
			i++
		}
		out = append(out, runes[i])
	}
	return string(out), "", false
}

func TestPowerShell(t *testing.T) {
	for _, s := range quotetest.All {
		got, rest, ok := scanStringLiteral(quote.PowerShell(s))
		if !ok || got != s || rest != "" {
			t.Errorf("%q is read as %q, then %q (closed: %t)", s, got, rest, ok)
		}
	}
}

func TestPowerShell_Itself(t *testing.T) {
	program, err := exec.LookPath("pwsh")
	if err != nil {
		t.Skip("skipped: there is no pwsh here")
	}
	var script, want strings.Builder
	for _, s := range quotetest.Seen {
		script.WriteString("[Console]::Out.Write(" + quote.PowerShell(s) + "); [Console]::Out.Write([char]10)\n")
		want.WriteString(s + "\n")
	}
	out, err := exec.CommandContext(t.Context(), program, "-NoProfile", "-Command", script.String()).Output()
	if err != nil || string(out) != want.String() {
		t.Errorf("%v: got %q", err, out)
	}
}
