package gosuite

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// A script that passes over an upstream passes over lathens in front of it. Scripts
// that need the internet, or what Athens cannot do, fail without lathens too.
func TestLathensKeepsWhatTheGoCommandExpects(t *testing.T) {
	match := os.Getenv(Variable)
	if match == "" {
		t.Skip("skipped: make test-gosuite runs it, for some minutes")
	}
	s := Build(t)
	own := s.Serve(t)
	lathens := filepath.Join(s.tmp, "lathens")
	if out, err := exec.Command("go", "build", "-o", lathens, "../../cmd/lathens").CombinedOutput(); err != nil { //nolint:gosec,noctx // our own
		t.Fatalf("%v\n%s", err, out)
	}
	var rows []string
	for _, c := range []struct {
		name     string
		upstream func(*testing.T) string // without /mod
	}{
		{"lathens", func(*testing.T) string { return own + "/mod" }},
		// Each with a storage of its own: Athens lists a retracted version when it has it.
		{"lathens and Athens", func(t *testing.T) string { return proxytest.StartAthens(t, own+"/mod") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			over := func(url, match string) map[string]Result {
				return s.Run(t, Front(t, Reverse(t, url, nil), own, c.name == "lathens"), match)
			}
			with := func(flags ...string) Runs {
				return func(match string) map[string]Result {
					return over(StartLathens(t, lathens, c.upstream(t), flags...), match)
				}
			}
			without := func(match string) map[string]Result { return over(c.upstream(t), match) }
			rows = append(rows, Compare(t, c.name, match, with(), without, map[string]Runs{
				"a list may be as old as --ttl": with("--ttl=1ns", "--stale-while-revalidate=0s"),
			}))
		})
	}
	t.Log(strings.Join(rows, "\n"))
}
