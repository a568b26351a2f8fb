package quote_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

func TestShell_IsOneWordOfAParser(t *testing.T) {
	for _, variant := range []syntax.LangVariant{syntax.LangPOSIX, syntax.LangBash, syntax.LangMirBSDKorn} {
		for _, s := range quotetest.All {
			s = strings.ReplaceAll(s, "\r\n", "\n") // as this parser reads it
			line := "printf " + quote.Shell(s)
			file, err := syntax.NewParser(syntax.Variant(variant)).Parse(strings.NewReader(line), "")
			if err != nil || len(file.Stmts) != 1 {
				t.Errorf("%v: %q: %v", variant, line, err)
				continue
			}
			words, err := expand.Fields(&expand.Config{}, file.Stmts[0].Cmd.(*syntax.CallExpr).Args...)
			if err != nil || len(words) != 2 || words[1] != s {
				t.Errorf("%v: %q is read as %q, %v", variant, s, words, err)
			}
		}
	}
}

func TestShell_IsOneArgumentOfAProgram(t *testing.T) {
	for _, shell := range []string{"sh", "dash", "bash", "zsh"} {
		program, err := exec.LookPath(shell)
		if err != nil {
			continue
		}
		t.Run(shell, func(t *testing.T) {
			t.Chdir(t.TempDir())
			var script, want strings.Builder
			for _, s := range quotetest.All {
				script.WriteString("printf '%s\\0' " + quote.Shell(s) + "\n")
				want.WriteString(s + "\x00")
			}
			cmd := exec.CommandContext(t.Context(), program)
			cmd.Stdin = strings.NewReader(script.String())
			out, err := cmd.Output()
			if err != nil || string(out) != want.String() {
				t.Errorf("%v: got\n%q\nwant\n%q", err, out, want.String())
			}
			if _, err := os.Stat(quotetest.Ran); err == nil {
				t.Error("a text was run")
			}
		})
	}
}

func TestShell_KeepsPlainWords(t *testing.T) {
	for s, want := range map[string]string{
		"https://x.example.com:8443/a,direct": "https://x.example.com:8443/a,direct",
		"a=b":                                 "a=b", "": "''", "=ls": "'=ls'", "~": "'~'", "it's": `'it'\''s'`, "a\x00b": "'ab'",
	} {
		if got := quote.Shell(s); got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}
