package quote_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"unicode"

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
			words, err := expand.Fields(&expand.Config{CmdSubst: printed}, file.Stmts[0].Cmd.(*syntax.CallExpr).Args...)
			if err != nil || len(words) != 2 || words[1] != s {
				t.Errorf("%v: %q is read as %q, %v", variant, s, words, err)
			}
		}
	}
}

// printed runs the printf of one character.
func printed(w io.Writer, c *syntax.CmdSubst) error {
	words, err := expand.Fields(nil, c.Stmts[0].Cmd.(*syntax.CallExpr).Args...)
	if err != nil || len(words) != 2 || words[0] != "printf" {
		return fmt.Errorf("not one printf: %q %w", words, err)
	}
	for octal := range strings.SplitSeq(words[1][1:], `\`) {
		b, err := strconv.ParseUint(octal, 8, 8)
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte{byte(b)}); err != nil {
			return err
		}
	}
	return nil
}

func TestShell_ShowsNoControlCharacter(t *testing.T) {
	for _, s := range quotetest.All {
		if got := quote.Shell(s); strings.ContainsFunc(got, func(r rune) bool {
			return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
		}) {
			t.Errorf("%q is written as %q", s, got)
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
		"a=b":                                 "a=b", "": "''", "=ls": "'=ls'", "~": "'~'", "it's": `'it'\''s'`, "a\x00b": "'ab'", "é\xff": `'é'"$(printf '\377')"''`,
	} {
		if got := quote.Shell(s); got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}
