package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/gomods/athens-kfn/pkg/companions"
)

// No goal, or an empty one, is the pod's: the catalog's bound follows from it.
func TestMemoryLimitWithoutOne(t *testing.T) {
	for _, e := range []lookup{environ(), environ("GOMEMLIMIT", "")} {
		if got := memoryLimit(e); got != companions.CrathensMemory().Go {
			t.Errorf("%d bytes", got)
		}
	}
}

// endless writes a beginning, a part as often as told, and an end.
func endless(begin, part string, times int, end string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, begin)
		for range times {
			if _, err := io.WriteString(w, part); err != nil {
				return
			}
		}
		_, _ = io.WriteString(w, end)
	}
}

// Whatever a site sends, the program stays within its pod's memory, says what is
// wrong, and says it without control characters.
func TestHostileSite(t *testing.T) {
	mega := strings.Repeat("a", 1<<20)
	rows := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"modules":[{"module":"e.io/m","version":"v1.0.0"}`)
		for i := range 400_000 {
			if _, err := fmt.Fprintf(w, `,{"module":"e%d.io/m","version":"v1.0.0"}`, i); err != nil {
				return
			}
		}
		_, _ = io.WriteString(w, `]}`)
	}
	for name, c := range map[string]struct {
		site http.HandlerFunc
		code int
		says string
	}{
		"token":          {endless(`{"modules":null,"next":"`, mega, 40, `"}`), 1, "next: longer than 8 KiB"},
		"escaped token":  {endless(`{"modules":null,"next":"`, strings.Repeat(`\u0041`, 1<<17), 40, `"}`), 1, "next: longer than 8 KiB"},
		"unknown string": {endless(`{"modules":null,"x":"`, mega, 40, `"}`), 0, "summary"},
		"unknown list":   {endless(`{"modules":null,"x":[0`, strings.Repeat(`,{"a":1}`, 1<<15), 40, `]}`), 0, "summary"},
		"unknown key":    {endless(`{"modules":null,"`, mega, 40, `":1}`), 0, "summary"},
		"number":         {endless(`{"modules":null,"x":`, strings.Repeat("1", 1<<20), 40, `}`), 0, "summary"},
		"blanks":         {endless(`{"modules":null`, strings.Repeat(" ", 1<<20), 40, `}`), 0, "summary"},
		"depth":          {endless(`{"modules":null,"x":`, strings.Repeat("[", 1<<20), 40, ``), 1, "nested more than"},
		"within a row":   {endless(`{"modules":[{"module":"e.io/m","x":"`, mega, 40, `"}]}`), 0, "summary"},
		"path":           {endless(`{"modules":[{"module":"e.io/`, mega, 40, `","version":"v1.0.0"}]}`), 0, "summary"},
		"version":        {endless(`{"modules":[{"module":"e.io/m","version":"v1.0.0-`, mega, 40, `"}]}`), 0, "summary"},
		"rows":           {rows, 1, "the catalog needs more than"},
		"escapes": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(403)
			_, _ = io.WriteString(w, "\x1b[2J\u009b8m\u202eall good")
		}, 1, "403 Forbidden"},
		"location": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", strings.Repeat("x", 60_000))
			w.WriteHeader(302)
		}, 1, "302 Found"},
		"headers": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", mega) }, 1, "exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Method != http.MethodGet:
					t.Errorf("unexpected method: %s %s", r.Method, r.URL.Path)
					w.WriteHeader(http.StatusMethodNotAllowed)
				case r.URL.Path != "/catalog":
					http.NotFound(w, r)
				default:
					c.site(w, r)
				}
			}))
			defer server.Close()
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(self, "--athens="+server.URL, "--attempts=1", "--log-level=error") //nolint:gosec,noctx // our own
			if c.code == 0 {
				cmd.Args = append(cmd.Args, "--log-level=info")
			}
			cmd.Env = append(os.Environ(), asProgram+"=1")
			out, _ := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.Contains(string(out), c.says) {
				t.Errorf("exit %d, want %d and %q: %.600s", code, c.code, c.says, out)
			}
			if len(out) > 4000 || strings.ContainsAny(string(out), "\x1b\u009b\u202e") {
				t.Errorf("%d bytes: %.600q", len(out), out)
			}
			peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10 // KiB on Linux
			if limit := companions.CrathensMemory().Limit; runtime.GOOS == "linux" && !raceDetector && peak > limit {
				t.Errorf("peak %d bytes, the limit is %d", peak, limit)
			}
		})
	}
}
