package crathens

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
)

// nothing is what Athens answers for a module that was deleted upstream.
var nothing = athenstest.Status(http.StatusNotFound, "not found: module: repository not found")

// many is a site with n modules, all stored but for one version of each.
func many(n int) *athenstest.Server {
	s := &athenstest.Server{Upstream: map[string][]string{}}
	for i := range n {
		path := fmt.Sprintf("example.com/m%02d", i)
		s.Store(path, "v1.0.0")
		s.Upstream[path] = []string{"v1.0.0", "v1.1.0"}
	}
	return s
}

func TestGoneUpstream(t *testing.T) {
	for name, c := range map[string]struct {
		fault  http.Handler
		when   func(*http.Request) bool
		change func(*athenstest.Server, *Config)
		want   Summary
	}{
		"one of many": {nothing, func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/example.com/m03/") }, nil,
			Summary{Modules: 20, Done: 20, New: 19, Warmed: 19, Gone: 1, Lost: []string{"example.com/m03"}}},
		"versions": {nothing, func(r *http.Request) bool {
			return strings.HasPrefix(r.URL.Path, "/example.com/m0") && athenstest.Is(r) == "info"
		}, func(s *athenstest.Server, _ *Config) { s.Upstream["example.com/m01"] = nil },
			Summary{Modules: 20, Done: 20, New: 19, Warmed: 10, Gone: 9, Lost: []string{
				"example.com/m00@v1.1.0", "example.com/m02@v1.1.0", "example.com/m03@v1.1.0", "example.com/m04@v1.1.0", "example.com/m05@v1.1.0",
				"example.com/m06@v1.1.0", "example.com/m07@v1.1.0", "example.com/m08@v1.1.0", "example.com/m09@v1.1.0"}}},
		"a list that is empty now": {athenstest.Status(200, ""), func(r *http.Request) bool { return r.URL.Path == "/example.com/m03/@v/list" }, nil,
			Summary{Modules: 20, Done: 20, New: 19, Warmed: 19, Gone: 1, Lost: []string{"example.com/m03"}}},
		"a list that always was": {nil, nil, func(s *athenstest.Server, _ *Config) {
			s.Store("example.com/untagged", "v0.0.0-20240102030405-0123456789ab", "master")
			s.Upstream["example.com/untagged"] = []string{"v0.0.0-20240102030405-0123456789ab"}
		}, Summary{Modules: 21, Done: 21, New: 20, Warmed: 20}},
		"a module without tags, and without commits now": {nil, nil, func(s *athenstest.Server, _ *Config) {
			s.Store("example.com/untagged", "v0.0.0-20240102030405-0123456789ab")
		}, Summary{Modules: 21, Done: 21, New: 20, Warmed: 20, Gone: 1, Lost: []string{"example.com/untagged"}}},
		// A name that never was anything is a mistake, which a person must see.
		"a module that is named and not stored": {nil, nil, func(_ *athenstest.Server, c *Config) { c.Modules = []string{"example.com/none"} },
			Summary{Modules: 21, Done: 21, New: 20, Warmed: 20, Failed: 1, Reasons: []Reason{{"list: 404 Not Found", 1, []string{"example.com/none"}}}}},
		// An outage looks the same as deletions, but for how many there are.
		"most": {nothing, func(r *http.Request) bool {
			return strings.HasPrefix(r.URL.Path, "/example.com/m0") || strings.HasPrefix(r.URL.Path, "/example.com/m10")
		}, nil,
			Summary{Modules: 20, Done: 20, New: 9, Warmed: 9, Gone: 11, Failed: 1, Lost: []string{
				"example.com/m00", "example.com/m01", "example.com/m02", "example.com/m03", "example.com/m04", "example.com/m05",
				"example.com/m06", "example.com/m07", "example.com/m08", "example.com/m09", "example.com/m10"},
				Reasons: []Reason{{"list or info: 404 or 410 for most or all modules, as when Athens cannot reach upstream", 1, []string{"11 of 20 modules"}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := many(20)
				if c.fault != nil {
					s.Fault = failing(c.fault, c.when)
				}
				cfg := offline(t, s)
				if c.change != nil {
					c.change(s, &cfg)
				}
				got := New(cfg).Run(t.Context())
				want(t, got, c.want)
				if got.OK() != (c.want.Failed == 0) {
					t.Errorf("OK is %v", got.OK())
				}
			})
		})
	}
}

// When Athens cannot reach upstream, it answers 404 for everything: a failure,
// however few modules a site has. A single one is believed to be gone, and so
// are the versions of modules whose lists are there.
func TestNothingIsUpstream(t *testing.T) {
	lists := func(r *http.Request) bool { return athenstest.Is(r) == "list" }
	for name, c := range map[string]struct {
		modules int
		fault   http.Handler
		when    func(*http.Request) bool
		change  func(*athenstest.Server, *Config)
		doubted string // empty: they are gone
	}{
		"two":   {2, nothing, lists, nil, "2 of 2 modules"},
		"three": {3, nothing, lists, nil, "3 of 3 modules"},
		"nine":  {9, nothing, lists, nil, "9 of 9 modules"},
		"410":   {3, athenstest.Status(http.StatusGone, ""), lists, nil, "3 of 3 modules"},
		"empty": {3, athenstest.Status(200, ""), lists, nil, "3 of 3 modules"},
		"toolchain": {3, nothing, lists, func(s *athenstest.Server, _ *Config) {
			s.Store("golang.org/toolchain", "v0.0.1-go1.26.0.linux-amd64")
		}, "3 of 4 modules"}, // the one that is left out counts
		"one":                 {1, nothing, lists, nil, ""},
		"all but one":         {3, nothing, func(r *http.Request) bool { return lists(r) && r.URL.Path != "/example.com/m01/@v/list" }, nil, ""},
		"new versions of all": {3, nothing, func(r *http.Request) bool { return athenstest.Is(r) == "info" }, nil, ""},
		"an untagged module answers": {2, nothing, func(r *http.Request) bool { return lists(r) && strings.HasPrefix(r.URL.Path, "/example.com/m0") }, func(s *athenstest.Server, _ *Config) {
			s.Store("example.com/untagged", "v0.0.0-20240102030405-0123456789ab", "master")
			s.Upstream["example.com/untagged"] = []string{"v0.0.0-20240102030405-0123456789ab"}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := many(c.modules)
				s.Fault = failing(c.fault, c.when)
				cfg := offline(t, s)
				if c.change != nil {
					c.change(s, &cfg)
				}
				var log strings.Builder
				cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
				got := New(cfg).Run(t.Context())
				contains(t, log.String(), `level=WARN msg="gone upstream" what=example.com/m00`)
				var doubted []string
				for _, r := range got.Reasons {
					doubted = append(doubted, r.Examples...)
				}
				if strings.Join(doubted, "") != c.doubted || got.OK() != (c.doubted == "") {
					t.Errorf("OK is %v: %+v", got.OK(), got)
				}
			})
		})
	}
	// From another site come versions whose modules have no list here.
	synctest.Test(t, func(t *testing.T) {
		there := many(3)
		cfg := offline(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.Host, "other") {
				there.ServeHTTP(w, r)
				return
			}
			(&athenstest.Server{}).ServeHTTP(w, r)
		}))
		from, err := ParseSite("http://other.test")
		if err != nil {
			t.Fatal(err)
		}
		cfg.From = []Site{from}
		if got := New(cfg).Run(t.Context()); got.OK() || got.Gone != 3 {
			t.Errorf("%+v", got)
		}
	})
}

// However many are gone, the summary names a few and counts the rest.
func TestManyAreGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := many(100)
		s.Fault = failing(nothing, func(r *http.Request) bool { return r.URL.Path < "/example.com/m40" && athenstest.Is(r) == "list" })
		got := New(offline(t, s)).Run(t.Context())
		if got.Gone != 40 || len(got.Lost) != maxGone || !slices.IsSorted(got.Lost) || !got.OK() {
			t.Errorf("%+v", got)
		}
		var text strings.Builder
		if err := got.Write(&text); err != nil {
			t.Fatal(err)
		}
		contains(t, text.String(), "gone      40 no longer upstream\n      example.com/m", "      and 20 more\n", "failed    0\n")
	})
}

// Go's own releases are left alone, wherever their names come from, but for
// those that another site holds: a client there asked for them.
func TestReleasesOfGo(t *testing.T) {
	const toolchain, fips = "golang.org/toolchain", "golang.org/fips140"
	synctest.Test(t, func(t *testing.T) {
		here := &athenstest.Server{Upstream: map[string][]string{
			toolchain: {"v0.0.1-go1.27.4.linux-amd64", "v0.0.1-go1.27.4.darwin-arm64", "v0.0.1-go1.27.3.linux-amd64"},
			fips:      {"v1.0.0", "v1.1.0"}, "example.com/a": {"v1.0.0"},
		}}
		here.Store(toolchain, "v0.0.1-go1.26.0.linux-amd64")
		there := &athenstest.Server{}
		there.Store(toolchain, "v0.0.1-go1.27.4.linux-amd64")
		h := &athenstest.Recorder{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.Host, "other") {
				there.ServeHTTP(w, r)
				return
			}
			here.ServeHTTP(w, r)
		})}
		cfg := offline(t, h)
		cfg.Modules = []string{fips, "example.com/a"}
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 3, Done: 3, New: 1, Warmed: 1, LeftOut: []string{fips, toolchain}})
		equal(t, "lists and versions", h.Paths("list", "info"), "GET /example.com/a/@v/list", "GET /example.com/a/@v/v1.0.0.info")

		h.Forget()
		from, err := ParseSite("http://other.test")
		if err != nil {
			t.Fatal(err)
		}
		cfg.From = []Site{from}
		got := New(cfg).Run(t.Context())
		want(t, got, Summary{Modules: 3, Done: 3, New: 1, Warmed: 1, LeftOut: []string{fips, toolchain}})
		equal(t, "versions", h.Paths("info"), "GET /golang.org/toolchain/@v/v0.0.1-go1.27.4.linux-amd64.info")
		var text strings.Builder
		if err := got.Write(&text); err != nil {
			t.Fatal(err)
		}
		contains(t, text.String(), "left out  golang.org/toolchain: ")
	})
}
