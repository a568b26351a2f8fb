package lathens

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomods/athens-kfn/pkg/companions"
)

// hangs is an upstream that never answers for lists whose path has a text, and
// takes half a second for others.
func hangs(text string) func(*http.Request) (*http.Response, error) {
	never, soon := after(time.Hour, says(200, newList)), after(time.Second/2, says(200, newList))
	return func(r *http.Request) (*http.Response, error) {
		if strings.Contains(r.URL.Path, text) {
			return never(r)
		}
		return soon(r)
	}
}

// As many lists as may be asked for hang. A list of another owner, and one of
// another host, is asked for at once; one of the same owner has a turn as soon as
// the patience with the others is over.
func TestHangingListsLeaveOthersTheirTurns(t *testing.T) {
	for name, c := range map[string]struct {
		hanging, cold string
		takes         time.Duration
	}{
		"another host":            {"/example.com/hang%d/@v/list", "/example.org/cold/@v/list", time.Second / 2},
		"another owner":           {"/example.com/owner/hang%d/@v/list", "/example.com/other/cold/@v/list", time.Second / 2},
		"the same host":           {"/example.com/hang%d/@v/list", "/example.com/cold/@v/list", 2 * patience},
		"the same owner":          {"/example.com/owner/hang%d/@v/list", "/example.com/owner/cold/@v/list", 3 * patience},
		"all hosts but one hang":  {"/%d.hang.example.com/m/@v/list", "/example.com/cold/@v/list", patience + time.Second/2},
		"the owner has no module": {"/example.com/hang%d/@v/list", "/example.net/@v/list", time.Second / 2},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
				up.set(hangs("hang"))
				for n := range companions.LathensMaxUpstream {
					defer leaving(t, p, fmt.Sprintf(c.hanging, n))()
				}
				start := time.Now()
				want(t, "cold", get(p, c.cold), 200, "miss", "0", newList)
				if took := time.Since(start); took > c.takes+time.Second/2 {
					t.Errorf("took %s, want at most %s and its own time", took, c.takes)
				}
				if most := up.atOnce(); most > companions.LathensMaxUpstream {
					t.Errorf("%d calls at once", most)
				}
			})
		})
	}
}

// A slow list that gave its turn to another gets its answer in a later turn; no
// caller notices.
func TestListsThatGiveTheirTurnsAreAskedForAgain(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		up.set(after(3*time.Second, says(200, newList)))
		var all sync.WaitGroup
		for n := range 2 * companions.LathensMaxUpstream {
			all.Go(func() { want(t, "slow", get(p, module(n)), 200, "miss", "0", newList) })
		}
		all.Wait()
		if n := p.lists.calls.ended(); n == 0 {
			t.Error("no call gave its turn away")
		}
		if n := p.lists.calls.waiting(); n != 0 || len(p.lists.calls.turns.running) != 0 || len(p.lists.calls.turns.held) != 0 || p.lists.calls.turns.cutting != 0 {
			t.Errorf("left over: %+v", p.lists.calls.turns)
		}
	})
}

// A call that was ended for others, and has no waiting caller, is not made again.
func TestAbandonedCallsAreNotAskedForAgain(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.MaxUpstream = 2 }, func(t *testing.T, p *Proxy, up *upstream) {
		up.set(hangs("hang"))
		defer leaving(t, p, "/example.com/hang0/@v/list")()
		leaving(t, p, "/example.com/hang1/@v/list")()
		want(t, "who waits for its turn", get(p, "/example.org/m/@v/list"), 200, "miss", "0", newList)
		time.Sleep(patience)
		synctest.Wait()
		if up.calls() != 3 || underWay(p) != 1 {
			t.Errorf("%d calls and %d under way, want 3 and the one that is waited for", up.calls(), underWay(p))
		}
	})
}

// With 100 hanging lists of each of two hosts, a third host is not the last.
func TestTurnsGoToTheHostWithTheFewest(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		up.set(hangs("hang"))
		for n := range 100 {
			defer leaving(t, p, fmt.Sprintf("/a.example.com/hang%d/@v/list", n))()
			defer leaving(t, p, fmt.Sprintf("/b.example.com/hang%d/@v/list", n))()
		}
		start := time.Now()
		want(t, "third", get(p, "/c.example.com/m/@v/list"), 200, "miss", "0", newList)
		if took := time.Since(start); took > patience+time.Second/2 {
			t.Errorf("took %s", took)
		}
	})
}

func TestGroups(t *testing.T) {
	for path, want := range map[string][]string{
		"/github.com/owner/repo/v2/@v/list": {"", "github.com", "github.com/owner"},
		"/example.com/mod/@latest":          {"", "example.com", "example.com/mod"},
		"/example.com/@v/list":              {"", "example.com", "example.com/@v"},
	} {
		if got := groups(path); !slices.Equal(got[:], want) {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

// What failed is not asked for again for some seconds, less than the time of a
// list that does not exist.
func TestFailuresAreRemembered(t *testing.T) {
	for name, failing := range map[string]func(*http.Request) (*http.Response, error){
		"500": says(500, "boom"), "503": says(503, "boom"), "429": says(429, "boom"),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
				up.set(failing)
				first := get(p, listPath)
				calls := up.calls()
				up.says(200, newList)
				time.Sleep(retryLater - time.Second)
				want(t, "remembered", get(p, listPath), first.Status, "negative", "4", "boom")
				if up.calls() != calls {
					t.Error("the upstream was asked again")
				}
				time.Sleep(time.Second)
				want(t, "asked again", get(p, listPath), 200, "miss", "0", newList)
			})
		})
	}
	t.Run("no answer", func(t *testing.T) {
		bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
			up.set(hangs("mod"))
			const text = "lathens: the upstream did not answer in time\n"
			want(t, "first", get(p, listPath), 500, "miss", "0", text)
			want(t, "remembered", get(p, listPath), 500, "negative", "0", text)
		})
	})
}

// A list whose turn came too late to be answered is no caller's fault: the next
// caller asks.
func TestLateTurnsAreNotRemembered(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.MaxUpstream = 1 }, func(t *testing.T, p *Proxy, up *upstream) {
		up.set(hangs("hang"))
		defer leaving(t, p, "/example.com/hang/@v/list")()
		time.Sleep(patience / 4)
		want(t, "late", get(p, listPath), 500, "miss", "0", "lathens: the upstream did not answer in time\n")
		want(t, "next", get(p, listPath), 200, "miss", "0", newList)
	})
}
