package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
	"github.com/gomods/athens-kfn/internal/tracing/tracingtest"
)

// asProgram makes the test's own program be crathens.
const asProgram = "CRATHENS_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	goleak.VerifyTestMain(m)
}

func serve(t *testing.T, s *athenstest.Server) (url string, seen *athenstest.Recorder) {
	t.Helper()
	seen = &athenstest.Recorder{Handler: s}
	server := httptest.NewServer(seen)
	t.Cleanup(server.Close)
	return server.URL, seen
}

func site() *athenstest.Server {
	s := &athenstest.Server{Upstream: map[string][]string{
		"example.com/a": {"v1.0.0", "v1.1.0"},
		"example.com/b": {"v1.0.0"},
	}}
	s.Store("example.com/a", "v1.0.0")
	return s
}

// line is one of the log.
type line struct {
	Level, Msg string
	Walk       struct{ Modules, Done, New, Warmed, Failed int }
}

// readLog reads JSON lines; anything else fails the test.
func readLog(t *testing.T, log string) (lines []line) {
	t.Helper()
	for text := range strings.Lines(log) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Errorf("%q is no JSON: %v", text, err)
		}
		lines = append(lines, l)
	}
	return lines
}

func runLines(t *testing.T, args ...string) (code int, last line) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append(args, "--rate=1000"), environ(), &stdout, &stderr)
	if stdout.Len() > 0 {
		t.Errorf("stdout is %q", &stdout)
	}
	lines := readLog(t, stderr.String())
	if len(lines) == 0 {
		t.Fatal("there is no log")
	}
	return code, lines[len(lines)-1]
}

func TestExitCodes(t *testing.T) {
	t.Run("0 when all is done, and nothing twice", func(t *testing.T) {
		url, seen := serve(t, site())
		args := []string{"--athens=" + url, "--modules-file=" + writeFile(t, "example.com/b\n")}
		for _, warmed := range []int{2, 0} {
			code, got := runLines(t, args...)
			want := line{Level: "INFO", Msg: "summary"}
			want.Walk.Modules, want.Walk.Done, want.Walk.New, want.Walk.Warmed = 2, 2, warmed, warmed
			if diff := cmp.Diff(want, got); diff != "" || code != 0 {
				t.Errorf("exit %d\n%s", code, diff)
			}
			if n := len(seen.Paths("info")); n != warmed {
				t.Errorf("%d versions were asked for, wanted %d", n, warmed)
			}
			seen.Forget()
		}
	})
	t.Run("1 when something failed for good", func(t *testing.T) {
		url, _ := serve(t, site())
		code, got := runLines(t, "--athens="+url, "--modules-file="+writeFile(t, "example.com/none\n"))
		if code != 1 || got.Level != "ERROR" || got.Walk.Failed != 1 || got.Walk.Warmed != 1 {
			t.Errorf("exit %d, %+v", code, got)
		}
	})
	t.Run("1 when nothing can be done", func(t *testing.T) {
		url, _ := serve(t, &athenstest.Server{External: true})
		if code, got := runLines(t, "--athens="+url); code != 1 || got.Level != "ERROR" {
			t.Errorf("exit %d, %+v", code, got)
		}
	})
	t.Run("1 when the port for metrics is taken", func(t *testing.T) {
		url, _ := serve(t, site())
		var stderr bytes.Buffer
		code := run(t.Context(), []string{"--athens=" + url, "--metrics-listen=" + strings.TrimPrefix(url, "http://")}, environ(), &stderr, &stderr)
		if code != 1 || !strings.Contains(stderr.String(), "--metrics-listen: ") {
			t.Errorf("exit %d, %s", code, &stderr)
		}
	})
	t.Run("2 for wrong usage", func(t *testing.T) {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), []string{"--rate=-1", "--athens=http://athens:3000"}, environ(), &stdout, &stderr)
		const want = "crathens: error: --rate: is -1; write a number above 0, as in 2 or 0.5\nSee crathens --help.\n"
		if diff := cmp.Diff(want, stderr.String()); diff != "" || code != 2 || stdout.Len() > 0 {
			t.Errorf("exit %d, stdout %q\n%s", code, &stdout, diff)
		}
	})
	t.Run("0 for help", func(t *testing.T) {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), []string{"--help"}, environ(), &stdout, &stderr)
		if code != 0 || stderr.Len() > 0 || !strings.Contains(stdout.String(), "--max-versions-per-module=") {
			t.Errorf("exit %d, stderr %q, stdout %q", code, &stderr, &stdout)
		}
	})
}

func TestFrom(t *testing.T) {
	there := site()
	there.Store("example.com/a", "v0.1.0")
	there.User, there.Pass = "me", "secret"
	from, _ := serve(t, there)
	here := site()
	here.Upstream["example.com/a"] = append(here.Upstream["example.com/a"], "v0.1.0")
	url, _ := serve(t, here)
	code, got := runLines(t, "--athens="+url, "--max-versions-per-module=1", "--from="+strings.Replace(from, "//", "//me:secret@", 1)+"/catalog")
	if code != 0 || got.Walk.Warmed != 2 {
		t.Errorf("exit %d, %+v", code, got)
	}
	if diff := cmp.Diff([]string{"example.com/a@v0.1.0", "example.com/a@v1.0.0", "example.com/a@v1.1.0"}, here.Stored()); diff != "" {
		t.Error(diff)
	}
}

// No secret may get into a log, not even where everything fails.
func TestLogsHoldNoLogin(t *testing.T) {
	s := site()
	s.User, s.Pass = "me", "other"
	url, _ := serve(t, s)
	for _, address := range []string{url, "http://127.0.0.1:1"} {
		var out bytes.Buffer
		with := strings.Replace(address, "//", "//me:secret@", 1)
		run(t.Context(), []string{"--athens=" + with, "--attempts=1", "--log-level=debug"}, environ(), &out, &out)
		run(t.Context(), []string{"--athens=" + url + "/x", "--from=" + with, "--attempts=1", "--log-level=debug"}, environ(), &out, &out)
		if strings.Contains(out.String(), "secret") || !strings.Contains(out.String(), "summary") {
			t.Error(out.String())
		}
	}
}

func TestMetricsAreServedWhileItRuns(t *testing.T) {
	s := site()
	asked, answer := make(chan struct{}), make(chan struct{})
	s.Fault = func(_ *athenstest.Server, r *http.Request) http.Handler {
		if athenstest.Is(r) == "info" {
			close(asked)
			<-answer
		}
		return nil
	}
	url, _ := serve(t, s)
	log := &shared{}
	var running sync.WaitGroup
	running.Go(func() {
		if code := run(t.Context(), []string{"--athens=" + url, "--metrics-listen=127.0.0.1:0"}, environ(), log, log); code != 0 {
			t.Errorf("exit %d", code)
		}
	})
	<-asked
	var serving struct{ Address string }
	first, _, _ := strings.Cut(log.String(), "\n")
	if err := json.Unmarshal([]byte(first), &serving); err != nil {
		t.Error(err)
	}
	got := get(t, "http://"+serving.Address+"/metrics")
	close(answer)
	running.Wait()
	for _, text := range []string{"crathens_modules 1\n", `crathens_requests_total{code="200",kind="list"} 1`, "go_goroutines", "crathens_versions_warmed_total 0\n"} {
		if !strings.Contains(got, text) {
			t.Errorf("there is no %q in %s", text, got)
		}
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Get(url) //nolint:noctx // ended by the test's server
	if err != nil {
		t.Error(err)
		return ""
	}
	defer r.Body.Close() //nolint:errcheck // only read
	var text bytes.Buffer
	if _, err := text.ReadFrom(r.Body); err != nil {
		t.Error(err)
	}
	return text.String()
}

// shared is a buffer that is read while it is written. It closes seen when it
// holds until.
type shared struct {
	mu    sync.Mutex
	text  bytes.Buffer
	until string
	seen  chan struct{}
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.text.Write(p)
	if s.until != "" && strings.Contains(s.text.String(), s.until) {
		close(s.seen)
		s.until = ""
	}
	return n, err
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// A real signal to a real process: the download under way ends, no other
// begins, and there is a summary.
func TestSignal(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			asked, answer := make(chan struct{}, 9), make(chan struct{})
			s := site()
			s.Fault = func(_ *athenstest.Server, r *http.Request) http.Handler {
				if athenstest.Is(r) == "info" {
					asked <- struct{}{}
					<-answer
				}
				return nil
			}
			url, _ := serve(t, s)
			program, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			log := &shared{until: "stopping", seen: make(chan struct{})}
			cmd := exec.CommandContext(t.Context(), program, "--athens="+url, "--modules-file="+writeFile(t, "example.com/b\n"), "--concurrency=1", "--rate=1000")
			cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), asProgram+"=1"), log, log
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			exited := make(chan struct{})
			go func() {
				defer close(exited)
				_ = cmd.Wait()
			}()
			<-asked
			if err := cmd.Process.Signal(signal); err != nil {
				t.Error(err)
			}
			select {
			case <-log.seen:
			case <-exited:
			}
			close(answer)
			<-exited
			lines := readLog(t, log.String())
			last := lines[len(lines)-1]
			if code := cmd.ProcessState.ExitCode(); code != 1 || last.Msg != "summary" || last.Walk.Warmed != 1 || last.Walk.New != 2 || last.Walk.Failed != 0 {
				t.Errorf("exit %d\n%s", code, log)
			}
		})
	}
}

// Spans reach the collector that the environment names, and Athens is told
// which trace its work belongs to, in both of the ways it may understand.
func TestTraces(t *testing.T) {
	collector, sent := tracingtest.Collector(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
	headers := make(chan http.Header, 100)
	s := site()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers <- r.Header
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	if code, last := runLines(t, "--athens="+server.URL); code != 0 {
		t.Fatalf("exit code %d: %+v", code, last)
	}
	h := <-headers
	if h.Get("Traceparent") == "" || h.Get("X-B3-Traceid") == "" || !strings.Contains(h.Get("Traceparent"), h.Get("X-B3-Traceid")) {
		t.Errorf("Athens gets %v", h)
	}
	got := <-sent
	for _, want := range []string{"service.name", "crathens", "GET catalog", "GET list", "GET info"} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in %q", want, got)
		}
	}
}
