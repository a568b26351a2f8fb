package gosuite

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Runs is how scripts whose names match end in one world.
type Runs func(match string) map[string]Result

// Compare fails the test for each script that passes without something and fails
// with it, unless an excuse, by its reason, lets it pass. It returns a row of the
// published table: scripts, passed, failed, skipped.
func Compare(t *testing.T, name, match string, with, without Runs, excuses map[string]Runs) (row string) {
	t.Helper()
	through := with(match)
	failed := failing(through)
	if len(failed) > 0 {
		upstream := without("^(" + strings.Join(failed, "|") + ")$")
		for _, script := range failed {
			alone := "^" + script + "$"
			passes := func(in Runs) bool { return in(alone)[script].Verdict == "PASS" }
			switch {
			case upstream[script].Verdict != "PASS":
				t.Logf("fails without as well: %s: %s", script, upstream[script].Why)
			// What other scripts left in Athens, and a busy machine, no longer count.
			case !passes(without) || passes(with):
				t.Logf("fails only among others: %s: %s", script, through[script].Why)
			default:
				if reason := excuse(passes, excuses); reason != "" {
					t.Logf("fails because %s: %s: %s", reason, script, through[script].Why)
					continue
				}
				t.Errorf("%s passes without; with %s: %s", script, name, through[script].Why)
			}
		}
	}
	return fmt.Sprintf("| %s | %s |", name, count(through, failed))
}

func excuse(passes func(Runs) bool, excuses map[string]Runs) string {
	for _, reason := range slices.Sorted(maps.Keys(excuses)) {
		if passes(excuses[reason]) {
			return reason
		}
	}
	return ""
}

func failing(results map[string]Result) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(results)) {
		if results[name].Verdict == "FAIL" {
			names = append(names, name)
		}
	}
	return names
}

// count is the cells of a row: scripts, passed, failed, skipped.
func count(results map[string]Result, failed []string) string {
	passed := 0
	for _, r := range results {
		if r.Verdict == "PASS" {
			passed++
		}
	}
	return fmt.Sprintf("%d | %d | %d | %d", len(results), passed, len(failed), len(results)-passed-len(failed))
}
