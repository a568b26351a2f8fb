package gosuite

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// A script that passes over an upstream passes over lathens in front of it. Scripts
// that need the internet, or what Athens cannot do, fail without lathens too. GOSUITE
// is a pattern of scripts.
func TestLathensKeepsWhatTheGoCommandExpects(t *testing.T) {
	match := os.Getenv("GOSUITE")
	if match == "" {
		t.Skip("skipped: make test-gosuite runs it, for some minutes")
	}
	s := buildSuite(t)
	own := s.serve(t)
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
			all := c.name == "lathens"
			with := func(match string, flags ...string) map[string]result {
				return s.run(t, front(t, startLathens(t, lathens, c.upstream(t), flags...), own, all), match)
			}
			without := func(match string) map[string]result { return s.run(t, front(t, c.upstream(t), own, all), match) }
			through := with(match)
			failed := failing(through)
			rows = append(rows, fmt.Sprintf("| %s | %s |", c.name, count(through, failed)))
			if len(failed) == 0 {
				return
			}
			upstream := without("^(" + strings.Join(failed, "|") + ")$")
			for _, name := range failed {
				alone := "^" + name + "$"
				switch {
				case upstream[name].verdict != "PASS":
					t.Logf("fails without lathens as well: %s: %s", name, upstream[name].why)
				// What other scripts left in Athens, and a busy machine, count no more.
				case without(alone)[name].verdict != "PASS" || with(alone)[name].verdict == "PASS":
					t.Logf("fails only among others: %s: %s", name, through[name].why)
				case with(alone, "--ttl=1ns", "--stale-while-revalidate=0s")[name].verdict == "PASS":
					t.Logf("fails because a list may be as old as --ttl: %s: %s", name, through[name].why)
				default:
					t.Errorf("%s passes without lathens; with it: %s", name, through[name].why)
				}
			}
		})
	}
	t.Log(strings.Join(rows, "\n"))
}

func failing(results map[string]result) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(results)) {
		if results[name].verdict == "FAIL" {
			names = append(names, name)
		}
	}
	return names
}

// count is the cells of a row: scripts, passed, failed, skipped.
func count(results map[string]result, failed []string) string {
	passed := 0
	for _, r := range results {
		if r.verdict == "PASS" {
			passed++
		}
	}
	return fmt.Sprintf("%d | %d | %d | %d", len(results), passed, len(failed), len(results)-passed-len(failed))
}

// front is the way in: the scripts want to see /mod in messages. Unless all goes to
// the upstream, what is not a module's path is answered by the suite's proxy: its
// database, which Athens cannot pass on because it has no certificate, and its own
// faults, such as /404/ and /redirect/11/.
func front(t *testing.T, to, own string, all bool) string {
	t.Helper()
	modules, others := reverse(t, to), reverse(t, own+"/mod")
	server := httptest.NewServer(http.StripPrefix("/mod", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if all || strings.Contains(first, ".") {
			modules.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})))
	t.Cleanup(server.Close)
	return server.URL + "/mod"
}

func reverse(t *testing.T, to string) http.Handler {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
}

func startLathens(t *testing.T, program, upstream string, flags ...string) string {
	t.Helper()
	address := freeAddress(t)
	flags = append(flags, "--upstream="+upstream, "--listen="+address, "--drain-delay=0s", "--log-level=error")
	start(t, t.TempDir(), "http://"+address+"/example.com/@v/list", program, flags...)
	return "http://" + address
}

// start runs a program until the test ends, and waits until it answers a URL.
func start(t *testing.T, dir, url, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...) //nolint:noctx // ended below
	cmd.Dir, cmd.Stderr = dir, t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Signal(syscall.SIGTERM); _ = cmd.Wait() })
	for range 300 {
		if r, err := http.Get(url); err == nil { //nolint:gosec,noctx // our own
			_ = r.Body.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s does not answer", program)
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // only its port is wanted
	return l.Addr().String()
}
