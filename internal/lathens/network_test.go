package lathens

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

const plainList = "/example.com/plain/@v/list"

// start serves a Proxy in front of up on loopback.
func start(t *testing.T, up *proxytest.Server, change func(*Config)) (*Proxy, *httptest.Server) {
	t.Helper()
	cfg := testConfig(t, up.URL)
	change(&cfg)
	p := New(&cfg)
	server := httptest.NewServer(p)
	t.Cleanup(func() {
		server.Close()
		p.Close()
		cfg.Transport.(*http.Transport).CloseIdleConnections()
	})
	return p, server
}

func fetchURL(t *testing.T, url string) reply {
	t.Helper()
	resp, err := http.Get(url) //nolint:gosec,noctx // on loopback
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	return replyOf(resp)
}

// broken sends half of what it promised, and then a reset.
func broken(w http.ResponseWriter, chunked bool) {
	half := strings.Repeat("v1.0.0\n", 100)
	if !chunked {
		w.Header().Set("Content-Length", strconv.Itoa(2*len(half)))
	}
	_, _ = io.WriteString(w, half)
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// Half a list is never served as a whole one, nor kept.
func TestBrokenBody(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		t.Run(fmt.Sprintf("chunked %v", chunked), func(t *testing.T) {
			up := proxytest.Start(t, proxytest.Modules())
			p, server := start(t, up, func(c *Config) { c.NegativeTTL = 0 })
			up.Break(func(w http.ResponseWriter, _ *http.Request) { broken(w, chunked) })
			want(t, "broken", fetchURL(t, server.URL+plainList), 500, "miss", "0", "lathens: the upstream closed the connection before the end of its answer\n")
			if n := p.lists.cache.EstimatedSize(); n != 0 {
				t.Errorf("%d answers are kept", n)
			}
			up.Break(nil)
			want(t, "healed", fetchURL(t, server.URL+plainList), 200, "miss", "0", "v1.0.0\nv1.1.0\nv1.2.0-rc.1\n")
		})
	}
}

// An answer whose headers are longer than its list could ever be is a failure.
func TestHugeHeadersOfTheUpstream(t *testing.T) {
	up := proxytest.Start(t, proxytest.Modules())
	p, server := start(t, up, func(c *Config) { c.NegativeTTL = 0 })
	up.Break(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; x="+strings.Repeat("a", maxResponseHeader))
	})
	want(t, "huge", fetchURL(t, server.URL+plainList), 500, "miss", "0", "lathens: the upstream cannot be reached\n")
	if n := p.lists.cache.EstimatedSize(); n != 0 {
		t.Errorf("%d answers are kept", n)
	}
}

// A long list that breaks off on its way through breaks off for the caller too.
func TestBrokenLongList(t *testing.T) {
	up := proxytest.Start(t, proxytest.Modules())
	_, server := start(t, up, func(*Config) {})
	up.Break(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(bytes.Repeat([]byte("v1.0.0\n"), tenMB/7))
		panic(http.ErrAbortHandler)
	})
	resp, err := http.Get(server.URL + plainList) //nolint:noctx // on loopback
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	if n, err := io.Copy(io.Discard, resp.Body); err == nil {
		t.Errorf("%d bytes came through as a whole list", n)
	}
}

// Many callers, many lists, an upstream with every fault: a caller that gets a 200
// gets a whole list of the right module.
func TestNothingPoisoned(t *testing.T) {
	up := proxytest.Start(t, nil)
	body := func(path string) string { return strings.Repeat(path+"\n", 50) }
	var n int
	var mu sync.Mutex
	up.Break(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		n++
		which := n % 5
		mu.Unlock()
		switch which {
		case 0:
			w.WriteHeader(http.StatusInternalServerError)
		case 1:
			w.WriteHeader(http.StatusNotFound)
		case 2:
			broken(w, true)
		default:
			_, _ = io.WriteString(w, body(r.URL.Path))
		}
	})
	// Everything is stale at once, so that the upstream is asked all the time.
	_, server := start(t, up, func(c *Config) { c.TTL, c.NegativeTTL, c.MaxBytes = 1, 1, MinMaxBytes })
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 100 {
				path := fmt.Sprintf("/example.com/mod%d/@v/list", i%20)
				if got := fetchURL(t, server.URL+path); got.Status == 200 && got.Body != body(path) {
					t.Errorf("%s: got %+v", path, got)
				}
			}
		})
	}
	all.Wait()
}
