package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFixedPoint feeds every golden output back in: nothing may change.
func TestFixedPoint(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) {
			code, first, _ := g.run()
			if code != 0 {
				t.Skip("this case is about problems")
			}
			if !g.isList() {
				first = function(t, listOf(g.in, first))
			}
			if diff := cmp.Diff(first, function(t, first)); diff != "" {
				t.Errorf("the output fed back in changed: -first +second:\n%s", diff)
			}
		})
	}
}

// TestFunctionAndRenderAgree holds the two ways of running the program against
// each other.
func TestFunctionAndRenderAgree(t *testing.T) {
	for _, g := range goldens(t) {
		if g.isList() {
			continue
		}
		code, rendered, _ := g.run()
		if code != 0 {
			continue
		}
		want := listOf(g.in, rendered)
		if diff := cmp.Diff(after(want), after(function(t, listOf(g.in, "")))); diff != "" {
			t.Errorf("%s: -rendered +function:\n%s", g.name, diff)
		}
	}
}

// after is the list from our first object on.
func after(list string) string {
	i := strings.Index(list, "\n- apiVersion: v1\n  kind: Namespace")
	return list[max(i, 0):]
}

// listOf makes a ResourceList of streams of documents.
func listOf(streams ...string) string {
	var b strings.Builder
	b.WriteString("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n")
	for _, stream := range streams {
		for doc := range strings.SplitSeq(stream, "\n---\n") {
			first := true
			for line := range strings.Lines(strings.TrimPrefix(doc, "---\n")) {
				line = strings.TrimRight(line, "\n")
				switch {
				case first && (strings.HasPrefix(line, "#") || line == ""):
					continue
				case first:
					b.WriteString("- ")
				case line != "":
					b.WriteString("  ")
				}
				first = false
				b.WriteString(line + "\n")
			}
		}
	}
	return b.String()
}

// function runs the program as a KRM function.
func function(t *testing.T, in string) string {
	t.Helper()
	code, stdout, stderr := runWith(nil, in)
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, stderr)
	}
	return stdout
}
