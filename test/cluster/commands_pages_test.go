package cluster

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pages are those of the project, which a test of docs follows against stand-ins.
func pages(t *testing.T) (out []*book) {
	t.Helper()
	for _, pattern := range []string{"README.md", "docs/*.md", "docs/*/*.md", "examples/*/README.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, &book{name: file, sections: sectionsOf(string(text))})
		}
	}
	return out
}

// TestCommands_PagesUseFlagsOfKubectl holds each kubectl of the pages against its
// own help.
func TestCommands_PagesUseFlagsOfKubectl(t *testing.T) {
	common := run(t, "", "kubectl", "options")
	helps, checked := map[string]string{}, 0
	for _, p := range pages(t) {
		for _, s := range p.sections {
			for _, call := range calls(t, strings.Join(s.blocks, "")) {
				if call[0] != "kubectl" || slices.Contains(call, "--") {
					continue
				}
				words := call[1:]
				if words[0] == "-n" {
					words = words[2:]
				}
				n := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "-") })
				if n < 0 {
					continue
				}
				key := strings.Join(words[:min(n, 3)], " ")
				if helps[key] == "" {
					helps[key] = run(t, "", "kubectl", append(words[:min(n, 3):min(n, 3)], "--help")...) + common
				}
				for _, w := range words[n:] {
					flag, _, _ := strings.Cut(w, "=")
					if len(flag) < 2 || flag[0] != '-' {
						continue
					}
					checked++
					if !strings.Contains(helps[key], " "+flag+"=") && !strings.Contains(helps[key], " "+flag+",") {
						t.Errorf("%s: kubectl %s has no %s", p.name, key, flag)
					}
				}
			}
		}
	}
	if checked < 50 {
		t.Errorf("%d flags only", checked)
	}
}
