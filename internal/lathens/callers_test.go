package lathens

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomods/athens-kfn/pkg/companions"
)

// leaving is a caller of a path who leaves when the returned function is called.
func leaving(t *testing.T, p http.Handler, path string) (leave func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var gone sync.WaitGroup
	gone.Go(func() {
		defer func() { _ = recover() }() // what net/http does
		do(p, httptest.NewRequest(http.MethodGet, path, http.NoBody).WithContext(ctx))
	})
	synctest.Wait()
	return func() { cancel(); gone.Wait() }
}

func module(n int) string { return fmt.Sprintf("/example.com/mod%d/@v/list", n) }

const turnedAway = "lathens: too many callers wait for lists; try again\n"

// A caller that finds no room gets a stale list or, if there is none, is told to come
// back, and finds room when one of the others has left.
func TestTooManyCallers(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.MaxWaiting = 3 }, func(t *testing.T, p *Proxy, up *upstream) {
		get(p, listPath)
		time.Sleep(DefaultTTL + DefaultStaleWhileRevalidate)
		up.set(after(time.Minute, says(200, newList)))
		var leave []func()
		for range 3 {
			leave = append(leave, leaving(t, p, module(1)))
		}
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, module(1), http.NoBody))
		want(t, "one more", replyOf(w.Result()), 429, "rejected", "", turnedAway)
		for name, value := range map[string]string{"Retry-After": "5", "Connection": "close", "Cache-Control": "no-store"} {
			if got := w.Header().Get(name); got != value {
				t.Errorf("%s: %q, want %q", name, got, value)
			}
		}
		start := time.Now()
		if got := get(p, listPath); got.Lathens != "stale" || got.Body != oldList || !time.Now().Equal(start) {
			t.Errorf("with a stale list: %+v after %s", got, time.Since(start))
		}
		leave[0]()
		up.says(200, newList)
		want(t, "after one has left", get(p, module(2)), 200, "miss", "0", newList)
		leave[1]()
		leave[2]()
		if n := p.callers.now.Load(); n != 0 {
			t.Errorf("%d callers are left over", n)
		}
	})
}

// One who is passed on costs as much as several who wait, and is let in even
// where so many may not wait.
func TestPassedOnCountForSeveral(t *testing.T) {
	const zip = "/example.com/mod/@v/v1.0.0.zip"
	for most, fit := range map[int]int{1: 1, passWeight: 1, 3*passWeight - 1: 2, 3 * passWeight: 3} {
		bubbleWith(t, func(c *Config) { c.MaxWaiting = most }, func(t *testing.T, p *Proxy, up *upstream) {
			up.set(after(time.Minute, says(200, "zip")))
			for range fit {
				defer leaving(t, p, zip)()
			}
			want(t, fmt.Sprint("beyond ", most), get(p, zip), 429, "rejected", "", turnedAway)
		})
	}
}

// A list without a waiting caller is asked for only if it had its turn.
func TestAbandonedCallsGiveUpTheirTurn(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.MaxUpstream = 1 }, func(t *testing.T, p *Proxy, up *upstream) {
		up.set(after(time.Second, says(200, newList)))
		for n := range 3 * queuePerTurn {
			leaving(t, p, module(n))()
		}
		if queued, calls := p.lists.calls.waiting(), underWay(p); queued != 0 || calls != 1 {
			t.Errorf("%d in the queue and %d calls, want the one that has its turn", queued, calls)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, "who comes back", get(p, module(0)), 200, "hit", "0", newList)
		if up.calls() != 1 {
			t.Errorf("%d calls, want 1", up.calls())
		}
		want(t, "who comes back to a call that was given up", get(p, module(1)), 200, "miss", "0", newList)
	})
}

// A caller that leaves ends no other caller's turn.
func TestOneOfTwoLeavesTheQueue(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.MaxUpstream = 1 }, func(t *testing.T, p *Proxy, up *upstream) {
		up.set(after(time.Second, says(200, newList)))
		defer leaving(t, p, module(0))()
		leave := leaving(t, p, module(1))
		var stays sync.WaitGroup
		stays.Go(func() { want(t, "who stays", get(p, module(1)), 200, "miss", "0", newList) })
		synctest.Wait()
		leave()
		stays.Wait()
	})
}

// The queue has a length, for those who wait and for lists that are fetched
// again behind their callers' backs.
func TestQueueHasALength(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.MaxUpstream = 1 }, func(t *testing.T, p *Proxy, up *upstream) {
		const lists = 2 * queuePerTurn
		for n := range lists {
			get(p, module(n))
		}
		time.Sleep(DefaultTTL)
		up.set(after(time.Hour, says(200, newList)))
		for n := range lists {
			want(t, "stale", get(p, module(n)), 200, "stale", "60", oldList)
			synctest.Wait()
		}
		if queued, calls := p.lists.calls.waiting(), underWay(p); queued != queuePerTurn || calls != 1+queuePerTurn {
			t.Errorf("%d in the queue of %d calls, want %d of %d", queued, calls, queuePerTurn, 1+queuePerTurn)
		}
		want(t, "one more", get(p, module(lists)), 429, "rejected", "", turnedAway)
		time.Sleep(companions.LathensUpstreamTimeout)
		synctest.Wait()
		if queued, calls := p.lists.calls.waiting(), underWay(p); queued != 0 || calls != 0 {
			t.Errorf("%d in the queue and %d calls after all their time", queued, calls)
		}
		up.says(200, newList)
		want(t, "later", get(p, module(lists)), 200, "miss", "0", newList)
	})
}

// What net/http holds for a caller who waits is bounded.
func TestWaitingCallersAreShrunk(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		up.set(after(time.Minute, says(200, newList)))
		r := httptest.NewRequest(http.MethodGet, listPath+"?"+strings.Repeat("q", 1000), http.NoBody)
		for n := range 50 {
			r.Header.Set(fmt.Sprint("X-", n), strings.Repeat("h", 1000))
		}
		go do(p, r)
		synctest.Wait()
		if len(r.Header) > 0 || r.URL.RawQuery != "" {
			t.Errorf("holds %v %v", r.Header, r.URL)
		}
	})
}

// What is one byte too long or has one header too many is answered without asking.
func TestRejectedRequests(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		for want, request := range map[int]func(over int) *http.Request{
			http.StatusRequestURITooLong: func(over int) *http.Request {
				return httptest.NewRequest(http.MethodGet, "/catalog?"+strings.Repeat("q", maxURI+over-len("/catalog?")), http.NoBody)
			},
			http.StatusRequestHeaderFieldsTooLarge: func(over int) *http.Request {
				r := httptest.NewRequest(http.MethodGet, "/catalog", http.NoBody)
				for n := range maxHeaders + over {
					r.Header.Add("X-Many", fmt.Sprint(n))
				}
				return r
			},
		} {
			calls := up.calls()
			if got := do(p, request(0)); got.Status != http.StatusOK || up.calls() != calls+1 {
				t.Errorf("at the bound: got %+v after %d calls, want 200", got, up.calls()-calls)
			}
			if got := do(p, request(1)); got.Status != want || got.Lathens != "rejected" || up.calls() != calls+1 {
				t.Errorf("past the bound: got %+v after %d calls, want %d", got, up.calls()-calls, want)
			}
		}
		before := up.calls()
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "PRI", "get"} {
			for _, path := range []string{listPath, "/example.com/mod/@v/v1.0.0.info", "/"} {
				w := httptest.NewRecorder()
				p.ServeHTTP(w, &http.Request{Method: method, URL: &url.URL{Path: path}, Header: http.Header{}, Body: http.NoBody})
				if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" || w.Header().Get(Header) != "rejected" {
					t.Errorf("%s %s: %d %v", method, path, w.Code, w.Header())
				}
			}
		}
		if up.calls() != before {
			t.Errorf("%d calls", up.calls()-before)
		}
	})
}

// underWay counts the calls, those in the queue among them.
func underWay(p *Proxy) int {
	p.lists.calls.mu.Lock()
	defer p.lists.calls.mu.Unlock()
	return len(p.lists.calls.byPath)
}
