package lathens

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/gomods/athens-kfn/pkg/companions"
)

// replica is one of those that a path's hash chooses from.
type replica struct {
	name string
	*Proxy
}

// owner of a path is the replica of the highest hash: as in Envoy's ring, a replica
// that comes takes its share of the others' paths, and one that goes leaves its own
// to all others.
func owner(replicas []replica, path string) replica {
	var best replica
	var most uint64
	for _, r := range replicas {
		h := fnv.New64a()
		fmt.Fprint(h, path, r.name, path)
		if sum := h.Sum64() * 0x9e3779b97f4a7c15; best.Proxy == nil || sum > most {
			best, most = r, sum
		}
	}
	return best
}

// A rollout replaces one replica after the other, each by one that knows nothing. With
// the pause that the Deployment makes between them, no minute of it costs twice as
// many upstream calls as a quiet minute: a list that has moved is fresh.
func TestRollout_CostsLessThanTwoQuietMinutes(t *testing.T) {
	for _, n := range []int{2, 3, 10} {
		for _, every := range []time.Duration{time.Second, 30 * time.Second} {
			t.Run(fmt.Sprintf("%d replicas, a list every %s", n, every), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { rollout(t, n, every) })
			})
		}
	}
}

func rollout(t *testing.T, n int, every time.Duration) {
	var mu sync.Mutex
	var calls []time.Time
	up := &upstream{answer: after(100*time.Millisecond, func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		calls = append(calls, time.Now())
		return says(http.StatusOK, oldList)(r)
	})}
	seen := func() []time.Time {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(calls)
	}
	var replicas []replica
	add := func(name string) {
		cfg := testConfig(t, "http://athens.test/prefix/")
		cfg.Transport, cfg.Registry = up, prometheus.NewRegistry()
		p := New(&cfg)
		t.Cleanup(p.Close)
		replicas = append(replicas, replica{name, p})
	}
	for i := range n {
		add(fmt.Sprint("old", i))
	}
	// wait asks for 200 lists, each at its own time.
	const lists = 200
	next := 0
	wait := func(d time.Duration) {
		for start := time.Now(); time.Since(start) < d; time.Sleep(every / lists) {
			path := fmt.Sprintf("/example%d.com/mod/@v/list", next%lists)
			next++
			go get(owner(replicas, path).Proxy, path)
		}
	}
	wait(2 * time.Minute) // fills the caches
	begin := time.Now()
	wait(3 * time.Minute)
	quiet := mostInAMinute(seen(), begin)
	begin = time.Now()
	for i := range n {
		wait(5 * time.Second) // a pod starts
		add(fmt.Sprint("new", i))
		wait(companions.LathensPause(DefaultTTL, int32(n)))
		replicas = replicas[1:]
	}
	wait(time.Minute)
	during := mostInAMinute(seen(), begin)
	t.Logf("upstream calls: %d in a quiet minute, %d in the worst of the rollout", quiet, during)
	if quiet == 0 || during >= 2*quiet {
		t.Errorf("%d upstream calls, and %d in a quiet minute", during, quiet)
	}
	time.Sleep(time.Minute)
}

// mostInAMinute is the largest number of calls since begin within one minute.
func mostInAMinute(calls []time.Time, begin time.Time) (most int) {
	first := 0
	for last, at := range calls {
		for calls[first].Before(at.Add(-time.Minute)) || calls[first].Before(begin) && first < last {
			first++
		}
		if !at.Before(begin) {
			most = max(most, last-first+1)
		}
	}
	return most
}
