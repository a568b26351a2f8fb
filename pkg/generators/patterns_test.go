package generators

import (
	"strings"
	"testing"

	"golang.org/x/mod/module"
)

// Each reader gets the spelling that it compares.
func TestPatterns_EachReaderGetsItsSpelling(t *testing.T) {
	for _, test := range []struct {
		pattern string
		reader  patternReader
		want    []string
	}{
		{"github.com/acme/*", GoCommand, []string{"github.com/acme/*"}},
		{"github.com/Acme/*", GoCommand, []string{"github.com/Acme/*"}},
		{"github.com/Acme/*", AthensDownload, []string{"github.com/Acme/*"}},
		{"github.com/acme/*", AthensLookup, []string{"github.com/acme/*"}},
		{"github.com/Acme/*", AthensLookup, []string{"github.com/Acme/*", "github.com/!acme/*"}},
		{"git.example.com/ABc", AthensLookup, []string{
			"git.example.com/ABc", "git.example.com/ABc@*", "git.example.com/!a!bc", "git.example.com/!a!bc@*",
		}},
		{"git.example.com", AthensLookup, []string{"git.example.com", "git.example.com@*"}},
		{"x.org/[Aa]b*", AthensLookup, []string{"x.org/[Aa]b*", "x.org/![a]b*"}},
		{"x.org/[a-c]*", AthensLookup, []string{"x.org/[a-c]*"}},
		{"x.org/[^B-Z]*", AthensLookup, []string{"x.org/[^B-Z]*", "x.org/![a]*"}},
	} {
		same(t, test.pattern, test.reader.Patterns([]string{test.pattern}), test.want)
	}
}

// Whatever module a plain pattern covers, the form for Athens' lookups covers
// its case-encoded path with a version. module.MatchPrefixPatterns compares as
// Athens does; test/athens holds it against Athens itself.
func TestPatterns_CoverWhatThePlainOneCovers(t *testing.T) {
	patterns := []string{
		"github.com/Acme/*", "github.com/Acme", "github.com/acme/secret", "github.com/A?me", "github.com/[A-C]cme/S?c*",
		"*.example.com", "git.example.com/Platform/", "github.com/*/Secret", "github.com/[^a]cme", "git.example.com",
	}
	modules := []string{
		"github.com/Acme/secret", "github.com/Acme/Secret/v2", "github.com/Acme", "github.com/acme/secret", "github.com/acme/Secret",
		"github.com/ACme/x", "github.com/Bcme/SXcret", "github.com/acme", "git.example.com/Platform/x", "git.example.com", "github.com/Axme/y/z",
	}
	matched := 0
	for _, p := range patterns {
		lookup := strings.Join(AthensLookup.Patterns([]string{strings.TrimSuffix(p, "/")}), ",")
		for _, m := range modules {
			escaped, err := module.EscapePath(m)
			if err != nil {
				t.Fatal(err)
			}
			plain := module.MatchPrefixPatterns(p, m)
			if got := module.MatchPrefixPatterns(lookup, escaped+"@v1.0.0"); plain && !got {
				t.Errorf("%s covers %s, and %s does not cover %s", p, m, lookup, escaped)
			}
			if plain {
				matched++
			}
		}
	}
	if matched < 15 {
		t.Errorf("%d matches only: the modules show nothing", matched)
	}
}
