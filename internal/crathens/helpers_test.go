package crathens

import (
	"io"
	"log"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
	"github.com/gomods/athens-kfn/pkg/companions"
)

// offline is a walk's configuration against a handler without a network, for
// tests under testing/synctest.
func offline(t *testing.T, h http.Handler) Config {
	t.Helper()
	cfg := online(t, "http://athens.test")
	cfg.Transport = athenstest.Transport(h)
	return cfg
}

// online is one against a URL.
func online(t *testing.T, url string) Config {
	t.Helper()
	site, err := ParseSite(url)
	if err != nil {
		t.Fatal(err)
	}
	return Config{
		Athens:          site,
		MaxVersions:     DefaultMaxVersions,
		Concurrency:     DefaultConcurrency,
		Rate:            1000,
		PageSize:        DefaultPageSize,
		Timeout:         companions.CrathensTimeout,
		MaxCatalogBytes: 50 << 20,
		Attempts:        DefaultAttempts,
		Log:             slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
}

// want compares what matters of a summary: everything but the time.
func want(t *testing.T, got, want Summary) {
	t.Helper()
	got.Took = 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("summary (- wanted, + got):\n%s", diff)
	}
}

func equal(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (- wanted, + got):\n%s", what, diff)
	}
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q does not hold %q", text, p)
		}
	}
}

// failing answers with fault whenever when says so.
func failing(fault http.Handler, when func(*http.Request) bool) func(*athenstest.Server, *http.Request) http.Handler {
	return func(_ *athenstest.Server, r *http.Request) http.Handler {
		if when(r) {
			return fault
		}
		return nil
	}
}

func always(*http.Request) bool { return true }

// first is true for the first n requests of a kind.
func first(n int64, kind string) func(*http.Request) bool {
	var seen atomic.Int64
	return func(r *http.Request) bool { return athenstest.Is(r) == kind && seen.Add(1) <= n }
}

// small is a server whose one module has one stored version and one new one.
func small() *athenstest.Server {
	s := &athenstest.Server{Upstream: map[string][]string{"example.com/a": {"v1.0.0", "v1.1.0"}}}
	s.Store("example.com/a", "v1.0.0")
	return s
}

// silent is for servers whose clients hang up.
var silent = log.New(io.Discard, "", 0)
