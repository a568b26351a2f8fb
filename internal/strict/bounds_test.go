package strict_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// repeated is a spec of five lines and n times a text, with its number for %d.
func repeated(before, each string, n int) string {
	var out strings.Builder
	out.WriteString("apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n" + before)
	for i := range n {
		out.WriteString(strings.ReplaceAll(each, "%d", fmt.Sprint(i)))
	}
	return out.String()
}

const (
	someRegions  = "  regions:\n"
	region       = "  - {name: r%d, overrides: {host: h%d.example.com}}\n"
	somePatterns = "  athens:\n    private:\n      patterns:\n"
	pattern      = "      - e%d.example.com/x\n"
)

// What is larger than a bound is refused with one problem, which names it, and
// what is as large as a bound is not.
func TestBounds(t *testing.T) {
	values := "  " + strings.Repeat("  - [", 0)
	for i := range 11 {
		values += fmt.Sprintf("key%d: [%s]\n  ", i, strings.Repeat("a,", strict.MaxEntries/2-1))
	}
	for name, c := range map[string]struct {
		before, each string
		most         int
		want         string
	}{
		"regions": {someRegions, region, v1alpha1.MaxRegions, "spec.regions: has 65 entries, but at most 64 are read: write fewer"},
		"entries": {somePatterns, pattern, strict.MaxEntries, "spec.athens.private.patterns: has 10001 entries, but at most 10000 are read: write fewer"},
		"keys":    {"  gateway:\n    istio:\n      workload:\n        namespace: gw\n        serviceAccountName: gw\n        labels:\n", "          k%d: a\n", strict.MaxEntries, "spec.gateway.istio.workload.labels: has 10001 entries, but at most 10000 are read: write fewer"},
		"values":  {values, "", 0, ": has more than 50000 values, which is the most that is read of one site: write fewer"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := strict.Load[v1alpha1.AthensSite](spectest.Node(t, repeated(c.before, c.each, c.most+1)))
			if len(problems) != 1 || problems[0].String() != c.want {
				t.Errorf("%d problems, want %q: %.300v", len(problems), c.want, problems)
			}
			if c.most == 0 {
				return
			}
			if _, problems = strict.Load[v1alpha1.AthensSite](spectest.Node(t, repeated(c.before, c.each, c.most))); len(problems) > 0 {
				t.Errorf("at the bound: %.300v", problems)
			}
		})
	}
}

// The work grows with the document: twice the size takes at most a little more
// than twice the allocations, whatever is wrong with it.
func TestLoad_TwiceTheSizeIsTwiceTheWork(t *testing.T) {
	for name, c := range map[string]struct {
		before, each string
		n            int
	}{
		"regions":                         {someRegions, region, v1alpha1.MaxRegions / 2},
		"regions, each wrong":             {someRegions, "  - {name: r%d, hots: h%d.example.com}\n", v1alpha1.MaxRegions / 2},
		"regions, each breaks a rule":     {someRegions, "  - {name: r%d, overrides: {athens: {version: v%d}}}\n", v1alpha1.MaxRegions / 2},
		"patterns":                        {somePatterns, pattern, 500},
		"patterns, each wrong":            {somePatterns, "      - 'e%d x'\n", 500},
		"patterns, each twice":            {somePatterns, "      - a.example.com/x\n", 500},
		"unknown fields":                  {"", "  key%d: a\n", 500},
		"unknown fields, known elsewhere": {"  athens:\n", "    accountx%d: a\n", 500},
	} {
		t.Run(name, func(t *testing.T) {
			work := func(n int) float64 {
				node := spectest.Node(t, repeated(c.before, c.each, n))
				return testing.AllocsPerRun(3, func() { strict.Load[v1alpha1.AthensSite](node) })
			}
			// The race detector empties pools at random, which adds some hundreds.
			const pools = 1000
			base, one, two := work(1), work(c.n), work(2*c.n)
			if ratio := (two - base - pools) / (one - base); ratio > 2.3 {
				t.Errorf("%.0f allocations for %d, %.0f for twice as many: %.2f times", one-base, c.n, two-base, ratio)
			}
		})
	}
}

// A region is judged without what is known already: a problem of the spec is
// found once, however many regions it is in, and does not cost more in each.
func TestLoad_AProblemOfAllRegionsIsFoundOnce(t *testing.T) {
	wrong := repeated("  hots: a\n  athens: {version: v1, private: {patterns: ['a b']}}\n"+someRegions, region, 5)
	_, problems := strict.Load[v1alpha1.AthensSite](spectest.Node(t, wrong))
	var paths []string
	for _, p := range problems {
		paths = append(paths, p.Path)
	}
	if want := []string{"spec.hots", "spec.athens.version", "spec.athens.private.patterns[0]"}; !slices.Equal(paths, want) {
		t.Errorf("problems at %q, want %q", paths, want)
	}
}
