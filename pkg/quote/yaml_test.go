package quote_test

import (
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

// unquoted is the scalar that YAML's own reader sees under a key.
func unquoted(t *testing.T, text string) string {
	t.Helper()
	var out map[string]string
	if err := yaml.Unmarshal([]byte("a: "+text+" # x\n"), &out); err != nil || strings.Contains(text, "\n") {
		t.Errorf("%q: %v", text, err)
	}
	return out["a"]
}

func TestYAML(t *testing.T) {
	// An expression of a string, as GitHub and Azure read it.
	literal := regexp.MustCompile(`\$\{\{ '([^']*)' \}\}`)
	for _, s := range quotetest.All {
		if got := unquoted(t, quote.YAML(s)); got != s {
			t.Errorf("%q is read as %q", s, got)
		}
		for name, write := range map[string]func(string) string{"GitHub": quote.GitHubActions, "Azure": quote.AzurePipelines} {
			got := unquoted(t, write(s))
			if rest := literal.ReplaceAllString(got, ""); strings.Contains(rest, "${{") || name == "Azure" && strings.HasPrefix(rest, "$[") {
				t.Errorf("%s: %q leaves an expression in %q", name, s, got)
			}
			if got := literal.ReplaceAllString(got, "$1"); got != s {
				t.Errorf("%s: %q is read as %q", name, s, got)
			}
		}
		got := unquoted(t, quote.GitLabCI(s))
		if rest := strings.ReplaceAll(got, "$$", ""); strings.Contains(rest, "$") || strings.ReplaceAll(got, "$$", "$") != s {
			t.Errorf("GitLab: %q is read as %q", s, got)
		}
	}
}
