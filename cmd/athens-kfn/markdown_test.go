package main

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestMarkdown_IsOneBlockOfBoundedSize whatever is printed.
func TestMarkdown_IsOneBlockOfBoundedSize(t *testing.T) {
	for _, text := range []string{"", "a\n", "```\n<script>\n`````\n", strings.Repeat("line\n", 1000), strings.Repeat("x", 100_000) + "\n", strings.Repeat(strings.Repeat("y", 9_000)+"\n", 9)} {
		var out strings.Builder
		console{stdout: &out}.markdown(func(w io.Writer) { _, _ = io.WriteString(w, text) })
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		fence := lines[0]
		if len(lines) > commentLines+3 || out.Len() > commentBytes+100 || strings.Trim(fence, "`") != "" || lines[len(lines)-1] != fence || strings.Contains(text, fence) {
			t.Errorf("%.40q: %d lines, %d bytes: %.80q", text, len(lines), out.Len(), out.String())
		}
		if cut := strings.Contains(out.String(), "…"); cut == strings.Contains(out.String(), text) {
			t.Errorf("%.40q: cut %v: %.80q", text, cut, out.String())
		}
	}
}

// TestMarkdown_KeepsWhatAsksForAttention beside lines that are long, and many.
func TestMarkdown_KeepsWhatAsksForAttention(t *testing.T) {
	text := strings.Repeat("x", 100_000) + "\n" + strings.Repeat("line\n", 1000) + "! lost\n" + strings.Repeat("y", 100_000) + "\n"
	var out strings.Builder
	console{stdout: &out}.markdown(func(w io.Writer) { _, _ = io.WriteString(w, text) })
	if !strings.Contains(out.String(), "\n! lost\n") || out.Len() > commentBytes+100 {
		t.Errorf("%d bytes: %s", out.Len(), out.String())
	}
}

// TestMarkdown_OfCommands is the text in a code block, with the same exit code.
func TestMarkdown_OfCommands(t *testing.T) {
	minimal, production := root+"/examples/minimal/site.yaml", root+"/examples/production/site.yaml"
	for _, args := range [][]string{{"check", minimal}, {"diff", minimal, production}, {"prove", "--all", minimal}} {
		code, text, _ := runWith(args, "")
		got, block, _ := runWith(append(args, "-o", "markdown"), "")
		if first := strings.SplitAfter(text, "\n")[0]; got != code || !strings.HasPrefix(block, "```\n"+first) {
			t.Error(fmt.Sprint(args), got, code, block)
		}
	}
}
