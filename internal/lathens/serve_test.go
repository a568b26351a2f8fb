package lathens

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestOneCallForAll(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		up.set(after(time.Second, says(200, newList)))
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { want(t, "caller", get(p, listPath), 200, "miss", "0", newList) })
		}
		all.Wait()
		if up.calls() != 1 {
			t.Errorf("%d calls, want 1", up.calls())
		}
	})
}

// A caller that looked before an answer arrived, and asks after it, causes no call.
func TestLateCaller(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		get(p, listPath)
		up.says(500, "boom")
		if a := p.refresh(t.Context(), p.lists, listPath, http.Header{}); string(a.body) != oldList || up.calls() != 1 {
			t.Errorf("got %q after %d calls", a.body, up.calls())
		}
		time.Sleep(DefaultTTL)
		p.refresh(t.Context(), p.lists, listPath, http.Header{})
		if up.calls() != 3 {
			t.Errorf("%d calls for an old list, want 3: each of the last two a try", up.calls())
		}
	})
}

// While a list is fetched again, callers of the stale one start nothing.
func TestOneRevalidation(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		get(p, listPath)
		time.Sleep(DefaultTTL)
		up.set(after(time.Second, says(200, newList)))
		get(p, listPath)
		synctest.Wait()
		before := runtime.NumGoroutine()
		for range 100 {
			if got := get(p, listPath); got.Lathens != "stale" {
				t.Errorf("got %+v", got)
			}
		}
		if more := runtime.NumGoroutine() - before; more > 10 {
			t.Errorf("%d goroutines more, for callers who wait for nothing", more)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if up.calls() != 2 {
			t.Errorf("%d calls, want 2", up.calls())
		}
	})
}

// A caller who leaves neither ends the call that others wait for nor gets an
// empty list.
func TestCallerLeaves(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		up.set(after(5*time.Second, says(200, newList)))
		ctx, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		var others sync.WaitGroup
		others.Go(func() {
			time.Sleep(100 * time.Millisecond)
			want(t, "who stays", get(p, listPath), 200, "miss", "0", newList)
		})
		func() {
			defer func() {
				if r := recover(); r != http.ErrAbortHandler { //nolint:errorlint // a panic's value
					t.Errorf("recovered %v, want %v", r, http.ErrAbortHandler)
				}
			}()
			do(p, httptest.NewRequest(http.MethodGet, listPath, http.NoBody).WithContext(ctx))
		}()
		others.Wait()
		want(t, "who comes later", get(p, listPath), 200, "hit", "0", newList)
		if up.calls() != 1 {
			t.Errorf("%d calls, want 1", up.calls())
		}
	})
}

func TestCallsAtOnce(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.MaxUpstream = 3 }, func(t *testing.T, p *Proxy, up *upstream) {
		up.set(after(time.Second/2, says(200, newList)))
		start := time.Now()
		var all sync.WaitGroup
		for i := range 9 {
			all.Go(func() {
				if got := get(p, fmt.Sprintf("/example.com/mod%d/@v/list", i)); got.Status != 200 {
					t.Errorf("got %+v", got)
				}
			})
		}
		all.Wait()
		if up.most != 3 {
			t.Errorf("%d calls at once, want 3", up.most)
		}
		if took := time.Since(start); took != 3*time.Second/2 {
			t.Errorf("took %s, want 1.5s", took)
		}
	})
}

func TestOneRetry(t *testing.T) {
	for name, c := range map[string]struct {
		first func(*http.Request) (*http.Response, error)
		calls int
		want  reply
	}{
		"500":    {says(500, "boom"), 2, reply{200, "miss", "0", newList}},
		"reset":  {func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("reset") }, 2, reply{200, "miss", "0", newList}},
		"404":    {says(404, "not found"), 1, reply{404, "miss", "0", "not found"}},
		"429":    {says(429, "slow down"), 1, reply{429, "miss", "0", "slow down"}},
		"always": {nil, 2, reply{500, "miss", "0", "boom"}},
		"broken": {truncated, 2, reply{200, "miss", "0", newList}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
				up.set(func(r *http.Request) (*http.Response, error) {
					switch {
					case c.first == nil:
						return says(500, "boom")(r)
					case up.calls() == 1:
						return c.first(r)
					}
					return says(200, newList)(r)
				})
				want(t, name, get(p, listPath), c.want.Status, c.want.Lathens, c.want.Age, c.want.Body)
				if up.calls() != c.calls {
					t.Errorf("%d calls, want %d", up.calls(), c.calls)
				}
			})
		})
	}
}

// truncated promises more than it sends.
func truncated(r *http.Request) (*http.Response, error) {
	resp, err := says(200, oldList)(r)
	resp.ContentLength *= 2
	return resp, err
}

// A mesh ejects pods that answer with gateway errors, so a list has none; what is
// passed on keeps its status. No failure may be stored.
func TestStatusOfFailures(t *testing.T) {
	const other = "/example.com/mod/@v/v1.0.0.info"
	for status, ofList := range map[int]int{500: 500, 501: 501, 502: 500, 503: 500, 504: 500, 429: 429, 403: 403} {
		for path, want := range map[string]int{listPath: ofList, "/nodomain/@v/list": ofList, other: status} {
			bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
				up.set(says(status, "why", "Cache-Control", "max-age=60"))
				w := httptest.NewRecorder()
				p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
				if w.Code != want || w.Body.String() != "why" || w.Header().Get("Cache-Control") != "no-store" {
					t.Errorf("%s: %d became %d %v, want %d", path, status, w.Code, w.Header(), want)
				}
			})
		}
	}
	for path, want := range map[string]int{listPath: 500, "/nodomain/@v/list": 500, other: 502} {
		bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
			up.set(func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("reset") })
			w := httptest.NewRecorder()
			p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
			if w.Code != want || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: no answer became %d %v, want %d", path, w.Code, w.Header(), want)
			}
		})
	}
}

// What is not about a module's existence goes through and is not kept.
func TestPassedThrough(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(*http.Request) (*http.Response, error)
		status int
		header [2]string
	}{
		"redirect": {says(302, "", "Location", "https://mirror.example.com/x"), 302, [2]string{"Location", "https://mirror.example.com/x"}},
		"gzip":     {says(200, "\x1f\x8b", "Content-Encoding", "gzip"), 200, [2]string{"Content-Encoding", "gzip"}},
		"endless": {func(r *http.Request) (*http.Response, error) {
			resp, err := says(200, oldList)(r)
			resp.ContentLength = -1
			return resp, err
		}, 200, [2]string{"Content-Type", "text/plain; charset=utf-8"}},
		"forbidden": {says(403, "no"), 403, [2]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
				up.set(c.answer)
				for range 2 {
					w := httptest.NewRecorder()
					p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, listPath, http.NoBody))
					if w.Code != c.status || w.Header().Get(Header) != "miss" || w.Header().Get(c.header[0]) != c.header[1] {
						t.Errorf("got %d %v", w.Code, w.Header())
					}
				}
			})
		})
	}
}

// A module that the upstream refuses is not served from the cache any more.
func TestRefusedIsDropped(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		get(p, listPath)
		up.says(http.StatusForbidden, "filtered")
		time.Sleep(DefaultTTL)
		want(t, "revalidating", get(p, listPath), 200, "stale", "60", oldList)
		synctest.Wait()
		want(t, "refused", get(p, listPath), 403, "miss", "0", "filtered")
	})
}

// Callers with credentials get answers of their own.
func TestAuthorization(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		get(p, listPath)
		up.says(200, "v9.9.9\n")
		r := httptest.NewRequest(http.MethodGet, listPath, http.NoBody)
		r.SetBasicAuth("user", "secret")
		want(t, "with credentials", do(p, r), 200, "bypass", "", "v9.9.9\n")
		if up.last().Header.Get("Authorization") == "" {
			t.Error("credentials did not reach the upstream")
		}
		want(t, "without", get(p, listPath), 200, "hit", "0", oldList)
	})
}

// One list has one key, however it is written.
func TestKeys(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		want(t, "first", get(p, "/example.com/%21big/@v/list?go-get=1"), 200, "miss", "0", oldList)
		if u := up.last().URL; u.Path != "/prefix/example.com/!big/@v/list" || u.RawQuery != "" {
			t.Errorf("asked for %s", u)
		}
		want(t, "other escape", get(p, "/example.com/!big/@v/list"), 200, "hit", "0", oldList)
		want(t, "query", get(p, "/example.com/!big/@v/list?x=y"), 200, "hit", "0", oldList)
		want(t, "HEAD", do(p, httptest.NewRequest(http.MethodHead, "/example.com/!big/@v/list", http.NoBody)), 200, "hit", "0", oldList) // the server leaves the body out
		want(t, "latest", get(p, "/example.com/!big/@latest"), 200, "miss", "0", oldList)
		for _, path := range []string{"/example.com/Big/@v/list", "/nodomain/@v/list", "/example.com/x/@v/v1.0.0.mod", "/", "/catalog", "//example.com/x/@v/list"} {
			r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			r.URL.Path = path
			want(t, path, do(p, r), 200, "bypass", "", oldList)
			if got := up.last().URL.Path; got != "/prefix"+path {
				t.Errorf("asked for %s, want /prefix%s", got, path)
			}
		}
	})
}

// Who traces, and no one's secrets, go upstream.
func TestHeadersPassedOn(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		r := httptest.NewRequest(http.MethodGet, listPath, http.NoBody)
		for name, value := range map[string]string{
			"Traceparent":  "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
			"X-B3-Traceid": "0af7651916cd43dd8448eb211c80319c", "X-Request-Id": "1", "X-Forwarded-Proto": "https",
			"B3":     "0",
			"Cookie": "secret", "Accept-Encoding": "gzip",
		} {
			r.Header.Set(name, value)
		}
		do(p, r)
		got := up.last().Header
		for name, value := range map[string]string{
			"Traceparent": r.Header.Get("Traceparent"), "X-B3-Traceid": r.Header.Get("X-B3-Traceid"),
			"X-Request-Id": "1", "B3": "0", "X-Forwarded-Proto": "https", "Cookie": "", "Accept-Encoding": "identity",
		} {
			if got.Get(name) != value {
				t.Errorf("%s: %q, want %q", name, got.Get(name), value)
			}
		}
		r = httptest.NewRequest(http.MethodGet, "/example.com/mod/@v/v1.0.0.zip", http.NoBody)
		r.Header.Set("X-Forwarded-Proto", "https")
		r.Header.Set("X-Forwarded-For", "192.0.2.1")
		do(p, r)
		if got := up.last().Header; got.Get("X-Forwarded-Proto") != "https" || got.Get("X-Forwarded-For") != "192.0.2.1" || up.last().Host != "athens.test" && up.last().URL.Host != "athens.test" {
			t.Errorf("passed on with %v", got)
		}
	})
}
