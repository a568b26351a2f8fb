package quote_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

// An ENV instruction has one word: a backslash keeps the next character, and a
// dollar that none stands before is a variable's.
func TestDockerfile(t *testing.T) {
	word := regexp.MustCompile(`^"(?:[^"\\$\n]|\\["\\$])*"$`)
	for _, s := range quotetest.All {
		got := quote.Dockerfile(s)
		if !word.MatchString(got) {
			t.Errorf("%q: %s is not one word", s, got)
		}
		got = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\$`, "$").Replace(got[1 : len(got)-1])
		if blanks(got) != blanks(s) {
			t.Errorf("%q is read as %q", s, got)
		}
	}
}

// The kubelet's expansion: $$ is a dollar, $(NAME) a variable.
func TestKubernetes(t *testing.T) {
	for _, s := range quotetest.All {
		var out strings.Builder
		text := quote.Kubernetes(s)
		for i := 0; i < len(text); i++ {
			if text[i] == '$' && i+1 < len(text) {
				if i++; text[i] == '(' {
					t.Errorf("%q: a variable is in %q", s, text)
				}
			}
			out.WriteByte(text[i])
		}
		if out.String() != s {
			t.Errorf("%q is read as %q", s, out.String())
		}
	}
}
