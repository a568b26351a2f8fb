package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/sitetest"
)

// TestGraph draws every example in every format that is text. The picture of
// examples/production is in the README too.
func TestGraph(t *testing.T) {
	for _, s := range examplesIn(t) {
		name := s.Name
		for ext, format := range map[string]string{"svg": "svg", "mmd": "mermaid", "dot": "dot"} {
			code, stdout, stderr := runWith(s.Args("graph", "-o", format), "")
			if code != 0 || stderr != "" {
				t.Fatalf("%s: exit code %d, stderr %s", name, code, stderr)
			}
			compare(t, filepath.Join(root, "testdata/graph", name+"."+ext), stdout)
			if name == "production" && ext == "svg" {
				compare(t, filepath.Join(root, "docs/production.svg"), stdout)
			}
		}
	}
}

func TestGraphCommandLine(t *testing.T) {
	production := root + "/examples/production/site.yaml"
	for _, c := range []struct {
		args       []string
		code       int
		out, wrong string
	}{
		{[]string{production}, 0, "<svg ", ""},
		{[]string{production, "--region", "eastus2"}, 0, "athenseus2.blob", ""},
		{[]string{production, "-o", "dot"}, 0, "digraph site {", ""},
		{[]string{production, "-o", "html"}, 0, "<!doctype html>", ""},
		{[]string{root + "/examples/laptop", "-o", "html"}, 0, `aria-labelledby="h-requests" hidden>`, ""},
		{[]string{production, "-o", "png"}, 2, "", `invalid value "png" for flag -o: write svg, mermaid, dot or html`},
		{[]string{production, "--region", "nowhere"}, 1, "", "eastus2"},
		{[]string{root + "/testdata/golden/ten-mistakes/input.yaml"}, 1, "", "spec."},
		{[]string{production, production}, 2, "", "graph takes one FILE"},
	} {
		code, stdout, stderr := runWith(append([]string{"graph"}, c.args...), "")
		if code != c.code || !strings.Contains(stdout, c.out) || !strings.Contains(stderr, c.wrong) || code != 0 && stdout != "" {
			t.Errorf("graph %q: exit code %d (want %d)\nstdout (want %q): %s\nstderr (want %q): %s",
				c.args, code, c.code, c.out, stdout, c.wrong, stderr)
		}
	}
	one := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a, namespace: NS}\nspec: {host: NS.example.com}\n"
	two := strings.ReplaceAll(one, "NS", "a") + "---\n" + strings.ReplaceAll(one, "NS", "b")
	if code, stdout, stderr := runWith([]string{"graph", "-"}, two); code != 1 || stdout != "" || !strings.Contains(stderr, "2 sites") {
		t.Errorf("two sites: exit code %d, stderr %s", code, stderr)
	}
}

// TestGraphGoldensAreOfExamples finds drawings whose example is gone.
func TestGraphGoldensAreOfExamples(t *testing.T) {
	drawn, err := filepath.Glob(filepath.Join(root, "testdata/graph/*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range drawn {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		if !slices.ContainsFunc(examplesIn(t), func(s sitetest.Site) bool { return s.Name == name }) {
			t.Errorf("%s: no such example", file)
		}
	}
}
