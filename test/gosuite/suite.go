package gosuite

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// Suite is the test program of cmd/go, and where it runs.
type Suite struct {
	program, dir, tmp string
}

// Variable names the variable with a pattern of scripts; without it they do not run.
const Variable = "GOSUITE"

// viaVariable names the GOPROXY that the scripts get instead of their own proxy's.
const viaVariable = "GOSUITE_PROXY"

// Build compiles the tests of cmd/go with one change: where their GOPROXY
// comes from.
func Build(t *testing.T) *Suite {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output() //nolint:noctx // ends by itself
	if err != nil {
		t.Fatal(err)
	}
	s := &Suite{dir: filepath.Join(strings.TrimSpace(string(root)), "src/cmd/go")}
	// The scripts leave module caches, which cannot be written.
	if s.tmp, err = os.MkdirTemp("", "gosuite"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = exec.Command("chmod", "-R", "u+w", s.tmp).Run(); _ = os.RemoveAll(s.tmp) }) //nolint:noctx,gosec // our own
	s.program = filepath.Join(s.tmp, "go.test")

	source := filepath.Join(s.dir, "proxy_test.go")
	text, err := os.ReadFile(source) //nolint:gosec // Go's own
	if err != nil {
		t.Skip("skipped: this Go comes without the source of its tests: ", err)
	}
	const before = `proxyURL = "http://" + *proxyAddr + "/mod"`
	after := before + "\n\t\tif via := os.Getenv(\"" + viaVariable + "\"); via != \"\" {\n\t\t\tproxyURL = via\n\t\t}"
	changed := bytes.Replace(text, []byte(before), []byte(after), 1)
	if bytes.Equal(text, changed) {
		t.Fatalf("%s does not hold %q: read how cmd/go gives its scripts a GOPROXY now", source, before)
	}
	patched, overlay := filepath.Join(s.tmp, "proxy_test.go"), filepath.Join(s.tmp, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {source: patched}})
	if err = errors.Join(err, os.WriteFile(patched, changed, 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "test", "-overlay", overlay, "-c", "-o", s.program, "cmd/go") //nolint:gosec,noctx // our own
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return s
}

// Serve runs the suite's proxy, of which every script has one, until the test
// ends. It returns its URL without /mod.
func (s *Suite) Serve(t *testing.T) string {
	t.Helper()
	address := proxytest.FreeAddress(t)
	start(t, s.dir, "http://"+address+"/mod/example.com/@v/list", s.program, "-proxy="+address)
	return "http://" + address
}

// Result of one script.
type Result struct {
	Verdict string // PASS, FAIL or SKIP
	Why     string // of a FAIL: the line of the script, and what its command said
}

var (
	verdictLine = regexp.MustCompile(`(?m)^ +--- (PASS|FAIL|SKIP): TestScript/(mod_\w+)`)
	stderrLine  = regexp.MustCompile(`(?m)^\[stderr\]\n((?:go: (?:downloading|finding) [^\n]*\n)*[^\n]*)`)
	whyLine     = regexp.MustCompile(`(?m)FAIL: testdata/script/(mod_\w+)\.txt:(\d+: [^\n]*)`)
)

// Run runs the scripts whose names match, a regular expression, with proxy as their
// GOPROXY; an empty one is their own.
func (s *Suite) Run(t *testing.T, proxy, match string) map[string]Result {
	t.Helper()
	cmd := exec.Command(s.program, "-test.v", "-test.parallel=2", "-test.run=^TestScript$/"+match) //nolint:gosec,noctx // likewise
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "TMPDIR="+s.tmp, viaVariable+"="+proxy)
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	results := map[string]Result{}
	for _, m := range verdictLine.FindAllSubmatch(out, -1) {
		results[string(m[2])] = Result{Verdict: string(m[1])}
	}
	for _, m := range whyLine.FindAllSubmatchIndex(out, -1) {
		why := string(out[m[4]:m[5]])
		if said := stderrLine.FindAllSubmatch(out[max(0, m[0]-4096):m[0]], -1); said != nil {
			why += ": " + string(said[len(said)-1][1])
		}
		results[string(out[m[2]:m[3]])] = Result{"FAIL", why}
	}
	if len(results) == 0 {
		t.Fatalf("no script ran: %v\n%s", err, out)
	}
	return results
}
