package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// fuzzed are the command lines that read stdin; none are the arguments of a host.
var fuzzed = [][]string{
	nil, {"render", "-"}, {"check", "-"}, {"check", "--manifests", "-"}, {"check", "-", "-o", "json"}, {"prove", "-"}, {"prove", "--manifests", "-"},
	{"diff", root + "/examples/minimal/site.yaml", "-"}, {"diff", root + "/testdata/golden/example-minimal/output.yaml", "-"},
	{"explain", "--effective", "-"}, {"graph", "-"}, {"graph", "--manifests", "-"}, {"runbook", "-"}, {"client", "-"}, {"upgrade", "-"}, {"terraform", "-"},
	{"import", "-"}, {"import", "-", "--plan", "--mesh", "None"},
	{"why", "-f", "-", "deployment/goproxy-athens"},
}

// FuzzCommands gives every command what no person writes: it answers or says why it
// cannot, and hands no control character of a stranger to the terminal.
func FuzzCommands(f *testing.F) {
	files, err := filepath.Glob(root + "/testdata/golden/*/*put.yaml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		for which := range fuzzed {
			if text := readFile(f, file); len(text) < 8<<10 {
				f.Add(uint8(which), text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		args := fuzzed[int(which)%len(fuzzed)]
		code, stdout, stderr := runWith(args, text)
		// No difference, and no site that an upgrade concerns, is 0 too.
		if code < 0 || code > 3 || stdout+stderr == "" {
			t.Errorf("%q: exit code %d, and no word about it", args, code)
		}
		if i := strings.IndexFunc(stdout+stderr, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }); i >= 0 {
			t.Errorf("%q: prints the control character %q", args, (stdout + stderr)[i])
		}
	})
}
