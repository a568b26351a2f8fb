package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// runbookSites are the examples, and the sites that init makes.
func runbookSites(t *testing.T) []sitetest.Site {
	t.Helper()
	return append(examplesIn(t), sitetest.Sites(t, root+"/testdata/init/*/athens.yaml")...)
}

func runbookOf(t *testing.T, site *sitetest.Site) string {
	t.Helper()
	code, stdout, stderr := runWith(site.Args("runbook"), "")
	if code != 0 || stderr != "" {
		t.Fatalf("%s: exit code %d: %s", site.Name, code, stderr)
	}
	return stdout
}

func TestRunbook(t *testing.T) {
	for _, s := range examplesIn(t) {
		compare(t, filepath.Join(root, "testdata/runbook", s.Name+".md"), strings.ReplaceAll(runbookOf(t, &s), s.File, "site.yaml"))
	}
}

// Every metric to watch is one that a program has, and a table stays a
// table.
func TestRunbookMetrics(t *testing.T) {
	metric := regexp.MustCompile(`\b(?:lathens|crathens|proxy)_[a-z_]+`)
	source := readFile(t, root, "internal/lathens/metrics.go")
	for _, c := range releases.Changes("v0.16.0", "v0.17.0") {
		source += c.What
	}
	checked := 0
	for _, s := range runbookSites(t) {
		name := s.Name
		cells := 0
		for line := range strings.Lines(runbookOf(t, &s)) {
			if !strings.HasPrefix(line, "|") {
				cells = 0
				continue
			}
			n := strings.Count(line, "|") - strings.Count(line, `\|`)
			if cells == 0 {
				cells = n
			}
			if n != cells {
				t.Errorf("%s: %d cells, want %d: %s", name, n-1, cells-1, line)
			}
			for _, m := range metric.FindAllString(line, -1) {
				checked++
				bare := strings.TrimSuffix(strings.TrimSuffix(m, "_sum"), "_count")
				if !strings.Contains(source, bare) {
					t.Errorf("%s: no program has the metric %s", name, m)
				}
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d metrics were checked", checked)
	}
}

// What a drill says was measured is a row of docs/drills.md.
func TestRunbookDrillsWereMeasured(t *testing.T) {
	measured := regexp.MustCompile(`Measured: \*(.*)\*\.`)
	page := readFile(t, root, "docs/drills.md")
	checked := 0
	for _, s := range runbookSites(t) {
		for _, m := range measured.FindAllStringSubmatch(runbookOf(t, &s), -1) {
			checked++
			if !strings.Contains(page, "\n| "+m[1]+" |") {
				t.Errorf("%s: docs/drills.md has no row %q", s.Name, m[1])
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d drills were checked", checked)
	}
}

func TestRunbookMistakes(t *testing.T) {
	minimal := root + "/examples/minimal"
	for _, c := range []struct {
		args  []string
		code  int
		wrong string
	}{
		{[]string{minimal, "-f", minimal}, 2, "runbook takes one FILE"},
		{[]string{minimal, "--region", "moon"}, 1, "moon"},
		{[]string{root + "/testdata/golden/ten-mistakes/input.yaml"}, 1, "spec."},
	} {
		code, stdout, stderr := runWith(append([]string{"runbook"}, c.args...), "")
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.wrong) {
			t.Errorf("runbook %q: exit code %d, want %d; stderr, want %q: %s", c.args, code, c.code, c.wrong, stderr)
		}
	}
}
