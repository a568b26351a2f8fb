package lathens

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const tenMB = 10 << 20

// A list that is too long for the cache is served whole, and the next caller
// does not make the upstream send it twice.
func TestOversizedList(t *testing.T) {
	long := strings.Repeat("v1.0.0\n", tenMB/7)
	for name, length := range map[string]int64{"known length": int64(len(long)), "chunked": -1} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
				up.set(func(r *http.Request) (*http.Response, error) {
					resp, err := says(200, long)(r)
					resp.ContentLength = length
					if length < 0 {
						resp.TransferEncoding = []string{"chunked"}
					}
					return resp, err
				})
				for try, calls := range []int{2, 3} { // the first look finds out
					if got := get(p, listPath); got.Status != 200 || got.Lathens != "bypass" || got.Body != long {
						t.Errorf("%d: got %d, %s, %d bytes", try, got.Status, got.Lathens, len(got.Body))
					}
					if up.calls() != calls {
						t.Errorf("%d: %d calls, want %d", try, up.calls(), calls)
					}
				}
				if size := p.lists.cache.WeightedSize(); size > 4*overhead {
					t.Errorf("the cache holds %d bytes", size)
				}
				up.says(200, newList)
				time.Sleep(DefaultTTL)
				want(t, "short again", get(p, listPath), 200, "miss", "0", newList)
			})
		})
	}
}

// One list never takes more than its share of a small cache.
func TestOversizedForSmallCache(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.MaxBytes = MinMaxBytes }, func(t *testing.T, p *Proxy, up *upstream) {
		for size, result := range map[int]string{MinMaxBytes / 16: "miss", MinMaxBytes/16 + 1: "bypass"} {
			up.says(200, strings.Repeat("x", size))
			if got := get(p, fmt.Sprintf("/example.com/mod%d/@v/list", size)); got.Status != 200 || got.Lathens != result || len(got.Body) != size {
				t.Errorf("%d bytes: got %d, %s, %d bytes", size, got.Status, got.Lathens, len(got.Body))
			}
		}
	})
}

// The cache never holds more than it may.
func TestByteBound(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.MaxBytes = MinMaxBytes }, func(t *testing.T, p *Proxy, up *upstream) {
		largest := int(maxEntry(MinMaxBytes))
		for i := range 500 {
			up.says(200, strings.Repeat("x", largest*(i%5+1)/5))
			if got := get(p, fmt.Sprintf("/example.com/mod%d/@v/list", i)); got.Lathens != "miss" {
				t.Fatalf("got %d %s", got.Status, got.Lathens)
			}
		}
		p.lists.cache.CleanUp()
		held := 0
		for path, a := range p.lists.cache.All() {
			held += weighed(path, a)
		}
		if held > MinMaxBytes || held < MinMaxBytes/2 {
			t.Errorf("the cache holds %d bytes, want at most %d and more than half of it", held, MinMaxBytes)
		}
	})
}

// weighed is what tests count of a cached answer: its bytes.
func weighed(path string, a *answer) int {
	h := a.head.Value()
	return len(path) + len(a.body) + len(h.contentType) + len(h.cacheControl) + len(h.encoding) + len(h.location) + len(h.retryAfter)
}

// Headers count too: an upstream may give each list its own.
func TestByteBoundCountsHeaders(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.MaxBytes = MinMaxBytes }, func(t *testing.T, p *Proxy, up *upstream) {
		for _, name := range []string{"Content-Type", "Cache-Control", "Retry-After"} {
			for i := range 200 {
				up.set(says(200, oldList, name, fmt.Sprint(strings.Repeat("x", 20_000), i)))
				get(p, fmt.Sprintf("/example.com/%s%d/@v/list", strings.ToLower(name), i))
			}
			p.lists.cache.CleanUp()
			held := 0
			for path, a := range p.lists.cache.All() {
				held += weighed(path, a)
			}
			if held > MinMaxBytes || held < MinMaxBytes/2 {
				t.Errorf("%s: the cache holds %d bytes, want at most %d and more than half of it", name, held, MinMaxBytes)
			}
		}
	})
}
