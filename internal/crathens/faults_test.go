package crathens

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
)

// TestFaults has one module with one new version, and a server that fails.
// Under synctest an answer comes at once unless it waits, so the time a walk
// took is what it waited.
func TestFaults(t *testing.T) {
	warmed := Summary{Modules: 1, Done: 1, New: 1, Warmed: 1}
	failed := func(reason, example string) Summary {
		s := Summary{Modules: 1, Done: 1, Failed: 1, Reasons: []Reason{{reason, 1, []string{example}}}}
		if example == "example.com/a@v1.1.0" {
			s.New = 1
		}
		return s
	}
	const mod, version = "example.com/a", "example.com/a@v1.1.0"
	// Gone upstream is no failure.
	listGone := Summary{Modules: 1, Done: 1, Gone: 1, Lost: []string{mod}}
	infoGone := Summary{Modules: 1, Done: 1, New: 1, Gone: 1, Lost: []string{version}}
	const killed = "not found: example.com/a@v1.1.0: signal: killed"
	busy := func(after string) http.Handler {
		return athenstest.Status(http.StatusTooManyRequests, "", "Retry-After", after)
	}
	half := func() http.Handler { return small().BreakOff() }
	for name, c := range map[string]struct {
		fault http.Handler
		when  func(*http.Request) bool
		want  Summary
		sent  int // of the kind that fails
		kind  string
		took  time.Duration
	}{
		"500 once":              {athenstest.Status(500, ""), first(1, "info"), warmed, 2, "info", 2 * time.Second},
		"500 thrice":            {athenstest.Status(500, ""), first(3, "info"), warmed, 4, "info", 14 * time.Second},
		"500 for good":          {athenstest.Status(500, ""), first(99, "info"), failed("info: 500 Internal Server Error", version), 4, "info", 14 * time.Second},
		"504 once":              {athenstest.Status(504, ""), first(1, "info"), warmed, 2, "info", 2 * time.Second},
		"404":                   {athenstest.Status(404, "no"), first(1, "info"), infoGone, 1, "info", 0},
		"410":                   {athenstest.Status(410, "no"), first(1, "info"), infoGone, 1, "info", 0},
		"404 list":              {athenstest.Status(404, "no"), first(1, "list"), listGone, 1, "list", 0},
		"404, another left":     {athenstest.Status(404, killed), first(1, "info"), warmed, 2, "info", 2 * time.Second},
		"404, others leave":     {athenstest.Status(404, killed), first(99, "info"), failed("info: 404 Not Found", version), 4, "info", 14 * time.Second},
		"403 list":              {athenstest.Status(403, "no"), first(1, "list"), failed("list: 403 Forbidden", mod), 1, "list", 0},
		"410 list":              {athenstest.Status(410, ""), first(1, "list"), listGone, 1, "list", 0},
		"501 info":              {athenstest.Status(501, ""), first(1, "info"), failed("info: 501 Not Implemented", version), 1, "info", 0},
		"a status of its own":   {athenstest.Status(499, ""), first(1, "info"), failed("info: 499", version), 1, "info", 0},
		"204":                   {athenstest.Status(204, ""), first(1, "info"), failed("info: 204 No Content", version), 1, "info", 0},
		"500 list once":         {athenstest.Status(500, ""), first(1, "list"), warmed, 2, "list", 2 * time.Second},
		"503 seven times":       {athenstest.Status(503, ""), first(7, "info"), warmed, 8, "info", (2 + 4 + 8 + 16 + 32 + 60 + 60) * time.Second},
		"429":                   {busy(""), first(1, "info"), warmed, 2, "info", 2 * time.Second},
		"429, seconds":          {busy("90"), first(1, "info"), warmed, 2, "info", 90 * time.Second},
		"429, few seconds":      {busy("1"), first(1, "info"), warmed, 2, "info", 2 * time.Second},
		"429, a date":           {busyUntil(2 * time.Minute), first(1, "info"), warmed, 2, "info", 120 * time.Second},
		"429, a past date":      {busyUntil(-time.Hour), first(1, "info"), warmed, 2, "info", 2 * time.Second},
		"429, a far date":       {busyUntil(24 * time.Hour), first(1, "info"), warmed, 2, "info", 5 * time.Minute},
		"429, no sense":         {busy("soon"), first(1, "info"), warmed, 2, "info", 2 * time.Second},
		"429, in the past":      {busy("-7"), first(1, "info"), warmed, 2, "info", 2 * time.Second},
		"429, a day":            {busy("86400"), first(1, "info"), warmed, 2, "info", 5 * time.Minute},
		"429, a list":           {busy("90"), first(2, "list"), warmed, 3, "list", 180 * time.Second},
		"429, the catalog":      {busy("90"), first(1, "catalog"), warmed, 2, "catalog", 90 * time.Second},
		"429 for good":          {busy("60"), first(99, "info"), failed("info: 429 Too Many Requests", version), 4, "info", 180 * time.Second},
		"refused once":          {athenstest.Reset(), first(1, "info"), warmed, 2, "info", 2 * time.Second},
		"refused, catalog":      {athenstest.Reset(), first(3, "catalog"), warmed, 4, "catalog", 14 * time.Second},
		"half a catalog":        {half(), first(1, "catalog"), warmed, 2, "catalog", 2 * time.Second},
		"half a list":           {half(), first(1, "list"), warmed, 2, "list", 2 * time.Second},
		"half an info":          {half(), first(1, "info"), warmed, 2, "info", 2 * time.Second},
		"half, for good":        {half(), first(99, "info"), failed("info: the answer was cut off", version), 4, "info", 14 * time.Second},
		"a hanging list":        {athenstest.Hang(), first(1, "list"), failed("list: no answer within 11m0s", mod), 1, "list", 660 * time.Second},
		"a hanging info":        {athenstest.Hang(), first(1, "info"), failed("info: no answer within 11m0s", version), 1, "info", 660 * time.Second},
		"a hanging catalog":     {athenstest.Hang(), first(1, "catalog"), warmed, 2, "catalog", 662 * time.Second},
		"a web page as info":    {athenstest.Status(200, "<html>"), first(1, "info"), failed("info: the answer is not Athens'", version), 1, "info", 0},
		"an info of nothing":    {athenstest.Status(200, "{}"), first(1, "info"), failed("info: the answer is not Athens'", version), 1, "info", 0},
		"a list of anything":    {athenstest.Status(200, "<html>\n\nv1\nv1.1\nmaster v1.0.0\nv01.0.0\n"), first(1, "list"), listGone, 1, "list", 0},
		"a list with CRs":       {athenstest.Status(200, "v1.1.0\r\nv1.0.0 2024-01-01\r\n"), first(1, "list"), warmed, 1, "list", 0},
		"an empty list":         {athenstest.Status(200, ""), first(1, "list"), listGone, 1, "list", 0},
		"a list with long line": {athenstest.Status(200, fmt.Sprintf("%070000d", 0)), first(1, "list"), failed("list: the answer is not Athens'", mod), 1, "list", 0},
		"a redirect": {athenstest.Status(302, "", "Location", "https://other.test/a"), first(1, "info"),
			failed("info: 302 Found, a redirect, which stores nothing", version), 1, "info", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := small()
				s.Fault = failing(c.fault, c.when)
				h := &athenstest.Recorder{Handler: s}
				got := New(offline(t, h)).Run(t.Context())
				if got.Took != c.took {
					t.Errorf("waited %s, wanted %s", got.Took, c.took)
				}
				want(t, got, c.want)
				if sent := len(h.Paths(c.kind)); sent != c.sent {
					t.Errorf("%d requests for the %s, wanted %d", sent, c.kind, c.sent)
				}
				equal(t, "requests that the mesh refuses", h.Paths(""))
			})
		})
	}
}

func busyUntil(after time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", time.Now().Add(after).UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusTooManyRequests)
	})
}

// A download that takes nearly all of Athens' time is waited for.
func TestSlowInfo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		s.Fault = func(_ *athenstest.Server, r *http.Request) http.Handler {
			if athenstest.Is(r) == "info" {
				time.Sleep(650 * time.Second)
			}
			return nil
		}
		want(t, New(offline(t, s)).Run(t.Context()), Summary{Modules: 1, Done: 1, New: 1, Warmed: 1})
	})
}

// A module whose download hangs does not hold up the others for hours.
func TestHangingModule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &athenstest.Server{Upstream: map[string][]string{"example.com/b": {"v1.0.0"}}}
		for i := range 20 {
			s.Upstream["example.com/a"] = append(s.Upstream["example.com/a"], fmt.Sprintf("v1.%d.0", i))
		}
		s.Fault = failing(athenstest.Hang(), func(r *http.Request) bool {
			return athenstest.Is(r) == "info" && r.URL.Path[:14] == "/example.com/a"
		})
		cfg := offline(t, s)
		cfg.Modules = []string{"example.com/a", "example.com/b"}
		got := New(cfg).Run(t.Context())
		if got.Took > 23*time.Minute {
			t.Errorf("took %s, wanted the time of two timeouts", got.Took)
		}
		if got.New != 21 || got.Warmed != 1 || got.Failed != 20 || got.Done != 2 || len(got.Reasons) != 2 {
			t.Errorf("%+v", got)
		}
	})
}

// A server that dies half-way and comes back loses nothing, and is not asked
// again for what it has.
func TestServerThatComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &athenstest.Server{Upstream: map[string][]string{}}
		all := 0
		for i := range 40 {
			path := fmt.Sprintf("example.com/m%02d", i)
			s.Upstream[path] = []string{"v1.0.0", "v1.1.0", "v1.2.0"}
			s.Store(path, "v1.0.0")
			all += 2
		}
		// It is away for two minutes each: within the catalog, and while it warms.
		began := time.Now()
		s.Fault = failing(athenstest.Reset(), func(*http.Request) bool {
			at := time.Since(began)
			return at > time.Second && at < 2*time.Minute || at > 130*time.Second && at < 250*time.Second
		})
		h := &athenstest.Recorder{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(300 * time.Millisecond)
			s.ServeHTTP(w, r)
		})}
		cfg := offline(t, h)
		cfg.PageSize = 5
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 40, Done: 40, New: all, Warmed: all})

		h.Forget()
		began = time.Now().Add(time.Hour)
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 40, Done: 40})
		equal(t, "requests for versions in the second run", h.Paths("info"))
	})
}

// A server that dies for good ends the walk, which does not go through all
// modules to find no server each time.
func TestServerThatStaysAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &athenstest.Server{}
		for i := range 1000 {
			s.Store(fmt.Sprintf("example.com/m%03d", i), "v1.0.0")
		}
		s.Fault = failing(athenstest.Reset(), func(r *http.Request) bool { return athenstest.Is(r) == "list" })
		h := &athenstest.Recorder{Handler: s}
		got := New(offline(t, h)).Run(t.Context())
		contains(t, got.Stopped, "http://athens.test does not answer", "connection refused")
		if n := len(h.Paths("list")); n > 5*2*DefaultAttempts {
			t.Errorf("%d requests to a server that is away", n)
		}
		if got.Done >= got.Modules {
			t.Errorf("%d of %d modules are done", got.Done, got.Modules)
		}
	})
}

func TestAwayFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &athenstest.Recorder{Handler: athenstest.Reset()}
		got := New(offline(t, h)).Run(t.Context())
		contains(t, got.Stopped, "the catalog of http://athens.test", "connection refused")
		if n := len(h.Paths()); n != 2*DefaultAttempts {
			t.Errorf("%d requests, wanted %d", n, 2*DefaultAttempts)
		}
	})
}

func TestLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		s.User, s.Pass = "crawler", "se:cret"
		h := &athenstest.Recorder{Handler: s}
		cfg := offline(t, h)
		cfg.Athens = cfg.Athens.WithLogin("crawler", "se:cret")
		want(t, New(cfg).Run(t.Context()), Summary{Modules: 1, Done: 1, New: 1, Warmed: 1})

		h.Forget()
		cfg.Athens = online(t, "http://athens.test").Athens
		contains(t, New(cfg).Run(t.Context()).Stopped, "401 Unauthorized", "BASIC_AUTH_USER")
		equal(t, "requests without a login", h.Paths(), "GET /catalog?pagesize=1000")
	})
}

// The login may be lost within a walk, which then ends: each request would be
// refused.
func TestLoginThatIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &athenstest.Server{}
		for i := range 100 {
			s.Store(fmt.Sprintf("example.com/m%03d", i), "v1.0.0")
		}
		s.Fault = failing(athenstest.Status(401, ""), func(r *http.Request) bool { return athenstest.Is(r) == "list" })
		h := &athenstest.Recorder{Handler: s}
		contains(t, New(offline(t, h)).Run(t.Context()).Stopped, "401 Unauthorized")
		if n := len(h.Paths("list")); n > 2*DefaultConcurrency {
			t.Errorf("%d lists were asked for without a login", n)
		}
	})
}

// TestRealConnections has what a transport without a network cannot show: an
// answer that breaks off, a connection that is reset, a certificate that no authority
// signed, a redirect that must not be followed.
func TestRealConnections(t *testing.T) {
	t.Run("broken off and reset", func(t *testing.T) {
		s := small()
		infos := first(1, "info")
		lists := first(1, "list")
		s.Fault = func(s *athenstest.Server, r *http.Request) http.Handler {
			switch {
			case infos(r):
				return s.BreakOff()
			case lists(r):
				return athenstest.Reset()
			}
			return nil
		}
		a := record(t, s)
		want(t, New(online(t, a.url)).Run(t.Context()), Summary{Modules: 1, Done: 1, New: 1, Warmed: 1})
	})
	t.Run("certificate", func(t *testing.T) {
		server := httptest.NewTLSServer(small())
		server.Config.ErrorLog = silent
		t.Cleanup(server.Close)
		contains(t, New(online(t, server.URL)).Run(t.Context()).Stopped, "the certificate is not trusted")
	})
	t.Run("redirect", func(t *testing.T) {
		other := record(t, small())
		s := small()
		s.Fault = failing(http.RedirectHandler(other.url, http.StatusFound), first(99, "info"))
		a := record(t, s)
		got := New(online(t, a.url)).Run(t.Context())
		if got.Failed != 1 {
			t.Errorf("%+v", got)
		}
		equal(t, "requests that left the site", other.Paths())
	})
	t.Run("no connection stays open", func(t *testing.T) {
		a := record(t, small())
		before := goleak.IgnoreCurrent()
		New(online(t, a.url)).Run(t.Context())
		goleak.VerifyNone(t, before)
	})
}
