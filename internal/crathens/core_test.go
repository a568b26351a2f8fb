package crathens

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// upstream is what the core tests' Athens can get.
var upstream = map[string][]string{
	"example.com/many":  {"v0.1.0", "v1.0.0", "v1.1.0", "v1.2.0", "v1.10.0", "v2.0.0-rc.1+incompatible"},
	"example.com/Upper": {"v1.0.0", "v1.0.1-Beta.1"},
	"example.com/old":   {"v1.0.0", "v2.0.0+incompatible", "v3.0.0+incompatible"},
	"example.com/other": {"v0.0.1", "v0.0.2", "v0.0.3"},
	"example.com/v/v2":  {"v2.0.0", "v2.1.0"},
}

// place is an Athens behind a recorder.
type place struct {
	*athenstest.Recorder
	url string
}

// TestCore runs against the stand-in and, if there is one, a real Athens.
func TestCore(t *testing.T) {
	t.Run("stand-in", func(t *testing.T) {
		athens := func(t *testing.T) *place {
			return record(t, &athenstest.Server{Upstream: upstream})
		}
		core(t, athens)
		coreStops(t, athens)
	})
	t.Run("Athens", func(t *testing.T) {
		proxytest.Athens(t) // or skip all of it
		athens := func(t *testing.T) *place {
			target, err := url.Parse(startAthens(t, upstream))
			if err != nil {
				t.Fatal(err)
			}
			transport := &http.Transport{}
			t.Cleanup(transport.CloseIdleConnections)
			return record(t, &httputil.ReverseProxy{
				Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
				Transport: transport,
			})
		}
		core(t, athens)
		coreStops(t, athens)
	})
}

func core(t *testing.T, athens func(t *testing.T) *place) {
	t.Run("warms the newest versions, and nothing twice", func(t *testing.T) {
		a := athens(t)
		a.fetch(t, "example.com/many@v0.1.0", "example.com/Upper@v1.0.0", "example.com/old@v1.0.0", "example.com/v/v2@v2.0.0")
		cfg := online(t, a.url)
		cfg.MaxVersions = 2
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 4, Done: 4, New: 5, Warmed: 5})
		equal(t, "stored", a.stored(t),
			"example.com/many@v0.1.0", "example.com/many@v1.10.0", "example.com/many@v2.0.0-rc.1+incompatible",
			"example.com/Upper@v1.0.0", "example.com/Upper@v1.0.1-Beta.1",
			"example.com/old@v1.0.0", "example.com/old@v3.0.0+incompatible",
			"example.com/v/v2@v2.0.0", "example.com/v/v2@v2.1.0")
		equal(t, "lists", a.Paths("list"),
			"GET /example.com/%21upper/@v/list", "GET /example.com/many/@v/list",
			"GET /example.com/old/@v/list", "GET /example.com/v/v2/@v/list")
		a.allowed(t)

		a.Forget()
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 4, Done: 4})
		equal(t, "requests for versions in the second run", a.Paths("info"))
		a.allowed(t)
	})
	t.Run("warms named modules that are not stored yet", func(t *testing.T) {
		a := athens(t)
		cfg := online(t, a.url)
		cfg.Modules = []string{"example.com/other", "example.com/Upper", "example.com/other"}
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 2, Done: 2, New: 5, Warmed: 5})
		equal(t, "stored", a.stored(t), "example.com/Upper@v1.0.0", "example.com/Upper@v1.0.1-Beta.1",
			"example.com/other@v0.0.1", "example.com/other@v0.0.2", "example.com/other@v0.0.3")
		a.allowed(t)
	})
	t.Run("names a module that is not there, and warms the others", func(t *testing.T) {
		a := athens(t)
		cfg := online(t, a.url)
		cfg.Modules = []string{"example.com/none", "example.com/v/v2"}
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 2, Done: 2, New: 2, Warmed: 2, Failed: 1,
			Reasons: []Reason{{"list: 404 Not Found", 1, []string{"example.com/none"}}}})
	})
	t.Run("warms from another site", func(t *testing.T) {
		a, b := athens(t), athens(t)
		a.fetch(t, "example.com/many@v0.1.0", "example.com/many@v1.0.0", "example.com/other@v0.0.1", "example.com/Upper@v1.0.1-Beta.1")
		b.fetch(t, "example.com/many@v1.0.0")
		from, err := ParseSite(a.url + "/catalog")
		if err != nil {
			t.Fatal(err)
		}
		cfg := online(t, b.url)
		// The same site again has nothing more.
		cfg.From, cfg.MaxVersions = []Site{from, from}, 1
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 3, Done: 3, New: 4, Warmed: 4})
		equal(t, "stored", b.stored(t), "example.com/many@v0.1.0", "example.com/many@v1.0.0", "example.com/many@v1.10.0",
			"example.com/other@v0.0.1", "example.com/Upper@v1.0.1-Beta.1")
		equal(t, "lists", b.Paths("list"), "GET /example.com/many/@v/list")
		equal(t, "requests to the other site", a.Paths("list", "info", ""))
		a.allowed(t)
		b.allowed(t)
	})
	t.Run("reads every page, however small", func(t *testing.T) {
		a := athens(t)
		a.fetch(t, "example.com/many@v0.1.0", "example.com/many@v1.10.0", "example.com/old@v1.0.0", "example.com/other@v0.0.1", "example.com/v/v2@v2.0.0")
		cfg := online(t, a.url)
		cfg.PageSize = 2
		got := New(cfg).Run(t.Context())
		if got.Modules != 4 || !got.OK() {
			t.Errorf("%+v, wanted 4 modules", got)
		}
	})
}

// coreStops has walks that do not go through in one go.
func coreStops(t *testing.T, athens func(t *testing.T) *place) {
	modules := []string{"example.com/many", "example.com/old", "example.com/other"}
	const versions = 12
	t.Run("goes on when a server that died comes back", func(t *testing.T) {
		a := athens(t)
		down := first(2, "info")
		up := a.Handler
		a.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if down(r) { // as a mesh says while no pod is ready
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			up.ServeHTTP(w, r)
		})
		cfg := online(t, a.url)
		cfg.Modules = modules
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 3, Done: 3, New: versions, Warmed: versions})
		if n := len(a.stored(t)); n != versions {
			t.Errorf("%d versions are stored, wanted %d", n, versions)
		}
		a.allowed(t)
	})
	t.Run("goes on where the last walk was stopped, and asks for nothing twice", func(t *testing.T) {
		a := athens(t)
		ctx, stop := context.WithCancelCause(t.Context())
		defer stop(nil)
		second := first(1, "info")
		up := a.Handler
		a.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if athenstest.Is(r) == "info" && !second(r) {
				stop(errSignal)
			}
			up.ServeHTTP(w, r)
		})
		cfg := online(t, a.url)
		cfg.Modules, cfg.Concurrency, cfg.Grace = modules, 1, time.Minute
		got := New(cfg).Run(ctx)
		if got.Stopped != errSignal.Error() || got.Warmed != 2 || got.Failed != 0 {
			t.Errorf("%+v", got)
		}
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 3, Done: 3, New: versions - 2, Warmed: versions - 2})
		if n := len(a.Paths("info")); n != versions {
			t.Errorf("%d requests for %d versions", n, versions)
		}
		a.allowed(t)
	})
}

func record(t *testing.T, h http.Handler) *place {
	r := &athenstest.Recorder{Handler: h}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return &place{r, server.URL}
}

// allowed makes sure that only requests were sent that the mesh lets through.
func (p *place) allowed(t *testing.T) {
	t.Helper()
	equal(t, "requests that the mesh refuses", p.Paths(""))
}

// fetch makes Athens store module@version.
func (p *place) fetch(t *testing.T, versions ...string) {
	t.Helper()
	site, err := ParseSite(p.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range versions {
		mod, version, _ := strings.Cut(v, "@")
		url, err := site.file(mod, version, ".info")
		if err != nil {
			t.Fatal(err)
		}
		p.get(t, url, &struct{}{})
	}
}

// stored is Athens' catalog.
func (p *place) stored(t *testing.T) []string {
	t.Helper()
	var catalog struct{ Modules []row }
	p.get(t, "/catalog?pagesize=1000000", &catalog)
	var out []string
	for _, r := range catalog.Modules {
		out = append(out, r.Module+"@"+r.Version)
	}
	slices.Sort(out)
	return out
}

// get asks Athens past the recorder.
func (p *place) get(t *testing.T, url string, into any) {
	t.Helper()
	direct := httptest.NewRecorder()
	p.Handler.ServeHTTP(direct, httptest.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody))
	if err := json.Unmarshal(direct.Body.Bytes(), into); err != nil || direct.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", url, direct.Code, direct.Body)
	}
}
