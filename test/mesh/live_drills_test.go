package mesh

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/test/mesh/live"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// allVar asks for every drill; without it those run that fit into a few minutes.
const allVar = "LIVE_ALL"

// liveDrill breaks a part of a site while clients ask it. Its rows of
// docs/drills.md are its probes.
type liveDrill struct {
	part string // heading of docs/drills.md
	name string // what fails
	site string // of examples/
	// sitting is what drills of one site have in common that run one after the
	// other on the same pods; "" is a site of its own.
	sitting string
	// long drills run only with LIVE_ALL.
	long   bool
	probes []probe
	// standIn runs instead of this program.
	standIn string
	// run breaks it and mends it; nil if what the probes ask is the drill.
	run func(*testing.T, *live.Live)
}

// liveDrills in the order of docs/drills.md.
func liveDrills() []liveDrill {
	return slices.Concat(failoverDrills(), outageDrills(), rolloutDrills(), largeDrills())
}

// probe is one kind of request and what the drill promises of it.
type probe struct {
	what string
	rate int // a second
	path func(i int) string
	// warm paths are asked for before it begins, until each lathens has them.
	warm int
	// headers of each request, lines that end with CRLF.
	headers string
	// fails are the answers other than 200 that clients get until it is mended,
	// 0 for none; the drill fails if no client gets one. No fails: all are 200.
	fails []int
	// within is the longest that one waits for an answer.
	within time.Duration
	why    string
	// ask is for what is no load: it returns one request.
	ask func(*testing.T, *live.Live) live.Result
}

// key of a probe's figures in testdata/drills.json.
func (d liveDrill) key(p probe) string {
	return fmt.Sprintf("%s, %s, %s, %d/s", d.name, d.site, p.what, p.rate)
}

// TestLiveDrills holds every drill to what docs/drills.md promises of it.
func TestLiveDrills(t *testing.T) {
	sittings := map[string][]liveDrill{}
	for _, d := range liveDrills() {
		if d.long && os.Getenv(allVar) == "" {
			continue
		}
		name := d.site + "/" + cmp.Or(d.sitting, fmt.Sprintf("%s/%d", d.name, d.probes[0].rate))
		sittings[name] = append(sittings[name], d)
	}
	t.Cleanup(func() { keepFigures(t) })
	// The long ones first: package testing starts the last ones first.
	names := slices.SortedFunc(maps.Keys(sittings), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(sittings[a]), len(sittings[b])), strings.Compare(a, b))
	})
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := sittings[name]
			c := small(example(t, list[0].site))
			if slices.ContainsFunc(list[0].probes, func(p probe) bool { return p.warm > 0 }) {
				soonOld(c)
			}
			l := running(t, c)
			for _, d := range list {
				if list[0].sitting == "" {
					d.drill(t, l)
				} else {
					t.Run(d.name, func(t *testing.T) { d.drill(t, l) })
				}
			}
		})
	}
}

// soonOld lets lathens ask for a list again after a second: what it knows is old
// in a drill of seconds, as it is in an outage of minutes.
func soonOld(c manifest.Case) {
	for _, o := range c.Objects {
		for _, container := range o.List("spec", "template", "spec", "containers") {
			args, _ := container["args"].([]any)
			for i, a := range args {
				if strings.HasPrefix(fmt.Sprint(a), "--ttl=") {
					args[i] = "--ttl=1s"
				}
			}
		}
	}
}

// lead is how long all is well before and after a drill.
const lead = 2 * time.Second

func (d liveDrill) drill(t *testing.T, l *live.Live) {
	if d.standIn != "" {
		for _, n := range l.Of(d.standIn) {
			n.KillApp()
			must(t, l.StartStandIn(n))
		}
	}
	for _, p := range d.probes {
		pool := l.NewPool()
		for i := range 30 * p.warm {
			pool.Get(p.path(i), "")
		}
	}
	loads := make([]*load, len(d.probes))
	for i, p := range d.probes {
		if p.ask == nil {
			loads[i] = startLoad(l, p.rate, p.headers, p.path)
		}
	}
	time.Sleep(lead)
	single := make([]chan live.Result, len(d.probes))
	for i, p := range d.probes {
		if p.ask != nil {
			single[i] = make(chan live.Result, 1)
			go func() { single[i] <- p.ask(t, l) }()
		}
	}
	var mended time.Time
	if d.run != nil {
		d.run(t, l)
		mended = time.Now()
		time.Sleep(lead)
	}
	asked := make([]tally, len(d.probes))
	for i, p := range d.probes {
		if p.ask != nil {
			got := <-single[i]
			asked[i] = tally{Answers: map[int]int{got.Status: 1}, Milliseconds: got.Took.Milliseconds()}
			if got.Why != "" {
				t.Errorf("%s: %s", p.what, got.Why)
			}
		}
	}
	for i, p := range d.probes {
		if p.ask == nil {
			loads[i].note("mended")
			asked[i] = loads[i].end(t)
			if late := loads[i].begin.Add(asked[i].last); asked[i].failed() > 0 && d.run != nil && late.After(mended) {
				t.Errorf("%s: still failed %s after the end", p.what, late.Sub(mended).Round(time.Millisecond))
			}
		}
		if broken := p.broken(asked[i]); broken != "" {
			t.Errorf("%s: %s: %s", d.name, p.what, broken)
		}
		figures.Lock()
		figures.found[d.key(p)] = asked[i]
		figures.Unlock()
	}
}

// broken is what the promise says otherwise than what was found, "" for nothing.
func (p probe) broken(got tally) string {
	switch failed := got.failed(); {
	case got.requests() == 0:
		return "nothing was asked"
	case len(p.fails) > 0 && failed == 0:
		return fmt.Sprintf("none of %d failed, and the page says that some do", got.requests())
	case got.Milliseconds > p.within.Milliseconds():
		return fmt.Sprintf("the slowest took %d ms, more than %s", got.Milliseconds, p.within)
	}
	for status, n := range got.Answers {
		if status != 200 && !slices.Contains(p.fails, status) {
			return fmt.Sprintf("%d of %d were answered %d", n, got.requests(), status)
		}
	}
	return ""
}
