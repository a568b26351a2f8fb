package mesh

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/test/mesh/live"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// load is requests to a site at a steady rate, whatever becomes of them.
type load struct {
	l      *live.Live
	begin  time.Time
	stop   chan struct{}
	done   chan struct{}
	mu     sync.Mutex
	shots  []shot
	events []string
}

// shot is one of them.
type shot struct {
	at  time.Duration
	got live.Result
}

// startLoad asks for the paths of 0, 1, 2, ... so many times a second, with
// header lines that end with CRLF.
func startLoad(l *live.Live, perSecond int, headers string, path func(i int) string) *load {
	out := &load{l: l, begin: time.Now(), stop: make(chan struct{}), done: make(chan struct{})}
	pool := l.NewPool()
	go func() {
		defer close(out.done)
		var wg sync.WaitGroup
		defer wg.Wait()
		for i := 0; ; i++ {
			at := time.Duration(i) * time.Second / time.Duration(perSecond)
			select {
			case <-out.stop:
				return
			case <-time.After(time.Until(out.begin.Add(at))):
			}
			wg.Go(func() {
				at := time.Since(out.begin)
				got := pool.Get(path(i), headers)
				out.mu.Lock()
				defer out.mu.Unlock()
				out.shots = append(out.shots, shot{at, got})
			})
		}
	}()
	return out
}

// note writes down that something happens now.
func (o *load) note(what string) {
	o.events = append(o.events, fmt.Sprintf("%.1fs %s", time.Since(o.begin).Seconds(), what))
}

// end stops the load and says what it came to.
func (o *load) end(t *testing.T) tally {
	t.Helper()
	close(o.stop)
	<-o.done
	time.Sleep(300 * time.Millisecond) // Envoys write their logs now and then
	hops, gateway := o.l.Hops(), o.l.GatewayPod()
	answers, failures := map[string]int{}, map[string]int{}
	out := tally{Answers: map[int]int{}}
	var first, slowest time.Duration
	slices.SortFunc(o.shots, func(a, b shot) int { return int(a.at - b.at) })
	for _, s := range o.shots {
		slowest = max(slowest, s.got.Took)
		out.Answers[s.got.Status]++
		by, why := "no program", s.got.Why
		for _, h := range hops[s.got.ID] {
			if h.Passed() {
				by = h.Pod.Program
			}
			if h.Pod == gateway {
				why = fmt.Sprintf("%s %s %s after %s tries: %s", h.Code, h.Flags, h.Details, h.Attempts, h.Hosts)
			}
		}
		answers[fmt.Sprintf("%d by %s", s.got.Status, by)]++
		if s.got.Status == 200 {
			continue
		}
		if len(failures) == 0 {
			first = s.at
		}
		out.last = s.at
		failures[fmt.Sprintf("%d: %s", s.got.Status, why)]++
	}
	out.Milliseconds = slowest.Milliseconds()
	t.Logf("%d requests: %v, slowest %s; %s", len(o.shots), answers, slowest.Round(time.Millisecond), strings.Join(o.events, "; "))
	if n := out.failed(); n > 0 {
		t.Logf("%d failed from %.1fs to %.1fs", n, first.Seconds(), out.last.Seconds())
		for _, why := range slices.Sorted(maps.Keys(failures)) {
			t.Logf("   %d × %s", failures[why], why)
		}
		for _, line := range o.l.GatewayNode().Proxy.Outliers() {
			t.Logf("   %s", line)
		}
	}
	return out
}

// tally is what requests came to, as testdata/drills.json keeps it.
type tally struct {
	// Answers by status, 0 for none.
	Answers map[int]int `json:"answers"`
	// Milliseconds that the slowest took.
	Milliseconds int64 `json:"milliseconds"`
	// Cached are those that lathens answered without waiting for Athens, Calls the
	// lists that it asked Athens for meanwhile. Only TestLiveCalls counts them.
	Cached int `json:"cached,omitempty"`
	Calls  int `json:"calls,omitempty"`

	last time.Duration // when the last one began that failed
}

func (a tally) requests() (n int) {
	for _, m := range a.Answers {
		n += m
	}
	return n
}

func (a tally) failed() int { return a.requests() - a.Answers[200] }

// ejected are the addresses that the gateway's outlier detection has ejected
// of a Service.
func ejected(t *testing.T, l *live.Live, service string) []string {
	t.Helper()
	text, err := l.GatewayNode().Proxy.Admin("GET", "/clusters")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if strings.Contains(line, "outbound|80||"+l.Site.Name+"-"+service) && strings.Contains(line, "failed_outlier_check") {
			out = append(out, strings.Split(line, "::")[1])
		}
	}
	return out
}

// small is a case without what a drill does not need.
func small(c manifest.Case) manifest.Case {
	c.Objects = slices.DeleteFunc(manifest.Clone(c.Objects), func(o manifest.Object) bool { return o.Kind() == "CronJob" })
	return c
}
