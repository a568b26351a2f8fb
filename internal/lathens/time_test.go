package lathens

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomods/athens-kfn/pkg/companions"
)

// A list's life: miss, hit, stale while it is fetched again, hit.
func TestFreshThenRevalidated(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		want(t, "first", get(p, listPath), 200, "miss", "0", oldList)
		time.Sleep(DefaultTTL - time.Second)
		want(t, "within TTL", get(p, listPath), 200, "hit", "59", oldList)
		up.says(http.StatusOK, newList)
		time.Sleep(time.Second)
		want(t, "past TTL", get(p, listPath), 200, "stale", "60", oldList)
		synctest.Wait()
		want(t, "fetched behind the caller's back", get(p, listPath), 200, "hit", "0", newList)
		if up.calls() != 2 {
			t.Errorf("%d calls, want 2", up.calls())
		}
	})
}

// Past the time for revalidating a caller waits for the fresh list.
func TestOldListIsFetchedFirst(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		get(p, listPath)
		up.says(http.StatusOK, newList)
		time.Sleep(DefaultTTL + DefaultStaleWhileRevalidate)
		want(t, "old", get(p, listPath), 200, "miss", "0", newList)
	})
}

// What takes the place of an answer that is worse.
func TestStaleInsteadOfFailure(t *testing.T) {
	for name, worse := range map[string]func(*http.Request) (*http.Response, error){
		"500":               says(500, "boom"),
		"503":               says(503, "busy"),
		"429":               says(429, "slow down"),
		"404":               says(404, "not found: signal: killed"),
		"410":               says(410, "gone"),
		"empty":             says(200, ""),
		"empty line":        says(200, "\n"),
		"connection broken": func(*http.Request) (*http.Response, error) { return nil, errors.New("reset") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
				get(p, listPath)
				up.set(worse)
				time.Sleep(DefaultTTL)
				want(t, "while revalidating", get(p, listPath), 200, "stale", "60", oldList)
				synctest.Wait()
				want(t, "after the failure", get(p, listPath), 200, "stale", get(p, listPath).Age, oldList)
				time.Sleep(DefaultStaleWhileRevalidate)
				calls := up.calls()
				if got := get(p, listPath); got.Lathens != "stale" || got.Body != oldList {
					t.Errorf("got %+v", got)
				}
				if up.calls() == calls {
					t.Error("the upstream was not asked")
				}
				calls = up.calls()
				time.Sleep(DefaultNegativeTTL - time.Second)
				if got := get(p, listPath); got.Lathens != "stale" || up.calls() != calls {
					t.Errorf("asked again too early: got %+v after %d calls, want %d", got, up.calls(), calls)
				}
				up.says(http.StatusOK, newList)
				time.Sleep(time.Second)
				want(t, "healed", get(p, listPath), 200, "miss", "0", newList)
			})
		})
	}
}

// Some day a module that is gone is gone, and a failure is a failure.
func TestStaleTimeEnds(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		get(p, listPath)
		up.says(http.StatusNotFound, "not found")
		time.Sleep(DefaultTTL + DefaultStaleIfError - time.Second)
		want(t, "last second", get(p, listPath), 200, "stale", "86459", oldList)
		time.Sleep(time.Second)
		want(t, "end", get(p, listPath), 404, "miss", "0", "not found")
		want(t, "remembered", get(p, listPath), 404, "negative", "0", "not found")
	})
}

// With a short stale-if-error, what is kept for revalidating does not hide
// that the module is gone.
func TestNoStaleIfError(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.StaleIfError = 0 }, func(t *testing.T, p *Proxy, up *upstream) {
		get(p, listPath)
		up.says(http.StatusNotFound, "not found")
		time.Sleep(DefaultTTL)
		want(t, "revalidating", get(p, listPath), 200, "stale", "60", oldList)
		synctest.Wait()
		want(t, "revalidated", get(p, listPath), 404, "negative", "0", "not found")
	})
}

func TestNegativeIsForgottenSoon(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
	}{"404": {404, "not found"}, "410": {410, "gone"}, "empty": {200, ""}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
				up.says(c.status, c.body)
				want(t, "first", get(p, listPath), c.status, "miss", "0", c.body)
				up.says(http.StatusOK, newList)
				time.Sleep(DefaultNegativeTTL - time.Second)
				want(t, "remembered", get(p, listPath), c.status, "negative", "9", c.body)
				time.Sleep(time.Second)
				want(t, "asked again", get(p, listPath), 200, "miss", "0", newList)
			})
		})
	}
}

// Zero means that nothing is remembered.
func TestNoNegativeTTL(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.NegativeTTL = 0 }, func(t *testing.T, p *Proxy, up *upstream) {
		up.says(http.StatusNotFound, "not found")
		want(t, "first", get(p, listPath), 404, "miss", "0", "not found")
		want(t, "second", get(p, listPath), 404, "miss", "0", "not found")
	})
}

// A caller who could have a stale list does not wait long for a fresh one, and
// one who could not gets an error in the end, which is not kept.
func TestHangingUpstream(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		get(p, listPath)
		time.Sleep(DefaultTTL + DefaultStaleWhileRevalidate)
		up.set(after(time.Hour, says(200, newList)))
		start := time.Now()
		if got := get(p, listPath); got.Lathens != "stale" || got.Body != oldList {
			t.Errorf("got %+v", got)
		}
		if took := time.Since(start); took != companions.LathensStaleWait {
			t.Errorf("waited %s, want %s", took, companions.LathensStaleWait)
		}
		start = time.Now()
		want(t, "nothing kept", get(p, "/example.com/other/@latest"), 500, "miss", "0", "lathens: the upstream did not answer in time\n")
		if took := time.Since(start); took != companions.LathensUpstreamTimeout {
			t.Errorf("waited %s, want %s", took, companions.LathensUpstreamTimeout)
		}
		up.says(200, newList)
		time.Sleep(retryLater)
		want(t, "healed", get(p, "/example.com/other/@latest"), 200, "miss", "0", newList)
	})
}
