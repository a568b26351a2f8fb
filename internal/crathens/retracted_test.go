package crathens

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
)

// recorded are the results of a walk, as "result what: reason".
func recorded(cfg *Config) func() []string {
	var mu sync.Mutex
	var out []string
	cfg.Record = func(r Result) {
		mu.Lock()
		defer mu.Unlock()
		out = append(out, strings.TrimSuffix(r.Result+" "+r.What+": "+r.Reason, ": "))
	}
	return func() []string { mu.Lock(); defer mu.Unlock(); return slices.Clone(out) }
}

func TestRetracted_AreNotWarmed(t *testing.T) {
	const name = "example.com/a"
	skipped := Summary{Modules: 1, Done: 1, New: 2, Warmed: 2, Skipped: 2}
	all := Summary{Modules: 1, Done: 1, New: 4, Warmed: 4}
	unknown := func(reason string) Summary {
		s := all
		s.Failed, s.Reasons = 1, []Reason{{"mod: " + reason, 1, []string{name + "@v1.2.0"}}}
		return s
	}
	for title, c := range map[string]struct {
		retract string
		mod     http.Handler // instead of the right answer
		want    Summary
	}{
		"a range":         {"retract [v1.0.0, v1.1.0] // broken", nil, skipped},
		"a block":         {"retract (\n\tv1.1.0\n\tv1.0.0\n)", nil, skipped},
		"none":            {"// retract v1.0.0", nil, all},
		"not a version":   {"retract latest", nil, all}, // as the go command reads another module's
		"no go.mod":       {"retract (", nil, unknown("the answer is not Athens'")},
		"a long go.mod":   {"retract v1.0.0\n" + strings.Repeat("\n", maxMod), nil, unknown("the answer is not Athens'")},
		"refused go.mods": {"", athenstest.Status(403, "RBAC: access denied"), unknown("403 Forbidden")},
	} {
		t.Run(title, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &athenstest.Server{Upstream: map[string][]string{name: {"v0.1.0", "v1.0.0", "v1.1.0", "v1.2.0"}}, Retract: map[string]string{name: c.retract}}
				if c.mod != nil {
					s.Fault = failing(c.mod, func(r *http.Request) bool { return athenstest.Is(r) == "mod" })
				}
				r := &athenstest.Recorder{Handler: s}
				cfg := offline(t, r)
				cfg.Modules = []string{name}
				results := recorded(&cfg)
				want(t, New(cfg).Run(t.Context()), c.want)
				equal(t, "go.mods", r.Paths("mod"), "GET /example.com/a/@v/v1.2.0.mod")
				if c.want.Skipped > 0 {
					equal(t, "results", results(), "warmed example.com/a@v0.1.0", "warmed example.com/a@v1.2.0",
						"skipped example.com/a@v1.0.0: retracted by the go.mod of v1.2.0", "skipped example.com/a@v1.1.0: retracted by the go.mod of v1.2.0")
					equal(t, "stored", s.Stored(), "example.com/a@v0.1.0", "example.com/a@v1.2.0")
				}
			})
		})
	}
}

// A go.mod is asked for when its version is stored: it makes Athens download no more than
// Concurrency says.
func TestRetracted_AreFoundInAGoModThatIsStored(t *testing.T) {
	for title, newest := range map[string]http.Handler{"gone": athenstest.Status(404, ""), "broken": athenstest.Status(501, "")} {
		t.Run(title, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &athenstest.Server{Upstream: map[string][]string{"example.com/a": {"v1.0.0", "v1.1.0"}}}
				s.Fault = failing(newest, func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/v1.1.0.info") })
				r := &athenstest.Recorder{Handler: s}
				cfg := offline(t, r)
				cfg.Modules = []string{"example.com/a"}
				if got := New(cfg).Run(t.Context()); got.Warmed != 1 || got.Done != 1 || got.Gone+got.Failed != 1 {
					t.Errorf("%+v", got)
				}
				equal(t, "go.mods", r.Paths("mod"))
			})
		})
	}
}

func TestDryRun_AsksForNothingThatIsNotStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &athenstest.Server{Upstream: map[string][]string{
			"example.com/a": {"v1.0.0", "v1.1.0"}, "example.com/b": {"v1.0.0", "v1.1.0", "v1.2.0"}, "example.com/c": {"v1.0.0"},
		}, Retract: map[string]string{"example.com/b": "retract v1.0.0"}}
		s.Store("example.com/b", "v1.2.0")
		r := &athenstest.Recorder{Handler: s}
		cfg := offline(t, r)
		cfg.Modules, cfg.DryRun, cfg.Exclude = []string{"example.com/a", "example.com/c"}, true, "*.org,example.com/c"
		results := recorded(&cfg)
		want(t, New(cfg).Run(t.Context()), Summary{DryRun: true, Modules: 2, Done: 2, New: 3, Skipped: 2})
		equal(t, "stored", s.Stored(), "example.com/b@v1.2.0")
		equal(t, "requests", r.Paths("info", "mod", ""), "GET /example.com/b/@v/v1.2.0.mod")
		equal(t, "results", results(), "planned example.com/a@v1.1.0", "planned example.com/b@v1.1.0",
			"planned example.com/a@v1.0.0: unless the go.mod of v1.1.0, which is not stored yet, retracts it",
			"skipped example.com/b@v1.0.0: retracted by the go.mod of v1.2.0", "skipped example.com/c: --exclude matches it")
	})
}

func TestAllowAndExclude_MatchPrefixesOfModulePaths(t *testing.T) {
	for _, c := range []struct {
		allow, exclude string
		want           []string
	}{
		{"", "", []string{"example.com/a", "example.com/a/b", "example.org/c"}},
		{"example.com/a", "", []string{"example.com/a", "example.com/a/b"}},
		{"example.com/*/b,*.org", "", []string{"example.com/a/b", "example.org/c"}},
		{"*.com", "example.com/*/b", []string{"example.com/a"}},
		{"", "*", nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &athenstest.Server{Upstream: map[string][]string{"example.com/a": {"v1.0.0"}, "example.com/a/b": {"v1.0.0"}, "example.org/c": {"v1.0.0"}}}
			cfg := offline(t, s)
			cfg.Modules, cfg.Allow, cfg.Exclude = []string{"example.com/a", "example.com/a/b", "example.org/c"}, c.allow, c.exclude
			got := New(cfg).Run(t.Context())
			var warmed []string
			for _, v := range s.Stored() {
				warmed = append(warmed, strings.TrimSuffix(v, "@v1.0.0"))
			}
			equal(t, cmp.Or(c.allow, "all")+" without "+c.exclude, warmed, c.want...)
			if got.Skipped != 3-len(c.want) || !got.OK() {
				t.Errorf("%+v", got)
			}
		})
	}
}
