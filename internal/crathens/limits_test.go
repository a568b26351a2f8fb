package crathens

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
)

// gauge counts the requests of a kind that are under way.
type gauge struct {
	http.Handler
	kind      string
	takes     time.Duration
	mu        sync.Mutex
	now, most int
}

func (g *gauge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if athenstest.Is(r) == g.kind {
		g.add(1)
		defer g.add(-1)
		time.Sleep(g.takes)
	}
	g.Handler.ServeHTTP(w, r)
}

func (g *gauge) add(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now += n
	g.most = max(g.most, g.now)
}

func TestConcurrency(t *testing.T) {
	for _, kind := range []string{"list", "info"} {
		for _, n := range []int{1, 3} {
			t.Run(fmt.Sprint(kind, n), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					g := &gauge{Handler: slow(0), kind: kind, takes: 10 * time.Second}
					cfg := offline(t, g)
					cfg.Concurrency = n
					want(t, New(cfg).Run(t.Context()), Summary{Modules: 20, Done: 20, New: 20, Warmed: 20})
					if g.most != n {
						t.Errorf("at most %d at once, wanted %d", g.most, n)
					}
				})
			})
		}
	}
}

// Attempts count for the rate too, because each is a request to Athens.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := offline(t, slow(0))
		cfg.Rate = 0.5
		if got := New(cfg).Run(t.Context()); got.Took != 38*time.Second {
			t.Errorf("20 versions took %s, wanted 38s", got.Took)
		}
	})
}

func TestStartRotates(t *testing.T) {
	for start, want := range map[uint64]string{0: "m00", 3: "m03", 19: "m19", 20: "m00", 1<<64 - 1: "m15"} {
		t.Run(fmt.Sprint(start), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var lists []string
				s := slow(0)
				cfg := offline(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if athenstest.Is(r) == "list" {
						lists = append(lists, r.URL.Path)
					}
					s.ServeHTTP(w, r)
				}))
				cfg.Concurrency, cfg.Start = 1, start
				if got := New(cfg).Run(t.Context()); got.Done != 20 {
					t.Errorf("%+v", got)
				}
				if len(lists) != 20 || !strings.Contains(lists[0], want) {
					t.Errorf("%d lists from %q, wanted 20 from %q", len(lists), lists[0], want)
				}
			})
		})
	}
}
