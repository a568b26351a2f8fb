package mesh

import (
	"fmt"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/test/mesh/live"
)

// failure of a pod, and what ends it.
type failure struct {
	name string
	// misbehaves: only a stand-in does so.
	misbehaves bool
	// within it a request is answered.
	within time.Duration
	start  func(*testing.T, *live.Live, *live.Node)
	end    func(*testing.T, *live.Live, *live.Node)
}

// misbehaving makes the stand-in for a program misbehave.
func misbehaving(mode, name string, within time.Duration) failure {
	return failure{
		name, true, within,
		func(_ *testing.T, _ *live.Live, n *live.Node) { n.Control("mode " + mode) },
		func(_ *testing.T, _ *live.Live, n *live.Node) { n.Control("mode ok") },
	}
}

func must(t *testing.T, err error) {
	if err != nil {
		t.Error(err)
	}
}

var (
	programKilled = failure{
		"program killed", false, brief,
		func(_ *testing.T, _ *live.Live, n *live.Node) { n.KillApp() },
		func(t *testing.T, l *live.Live, n *live.Node) { must(t, l.StartApp(n)) }}
	podKilled = failure{
		"pod killed", false, brief,
		func(_ *testing.T, _ *live.Live, n *live.Node) { n.KillApp(); n.Proxy.Kill() },
		func(t *testing.T, l *live.Live, n *live.Node) { must(t, l.StartApp(n)); must(t, l.StartProxy(n)) }}
	nodeGone = failure{
		"node gone", false, listTimeout,
		func(t *testing.T, _ *live.Live, n *live.Node) { must(t, n.Netns.Cut(true)) },
		func(t *testing.T, _ *live.Live, n *live.Node) { must(t, n.Netns.Cut(false)) }}
)

const (
	// brief is well below the deadline of a try, 10 s: no request waited for one.
	brief = 9 * time.Second
	// listTimeout is the list route's.
	listTimeout = 30 * time.Second
)

// failuresOfLathens and why no client notices.
var failuresOfLathens = []struct {
	failure
	why string
}{
	{programKilled, "its sidecar answers 503; the next try goes to another pod"},
	{podKilled, "the connection is refused; the next try goes to another pod"},
	{nodeGone, "a try ends after 10s, a connection after 2s; the next try goes to another pod"},
	{misbehaving("hang", "hangs", listTimeout), "a try ends after 10s; the next one goes to another pod"},
	{misbehaving("reset", "resets connections", brief), "the next try goes to another pod"},
	{misbehaving("502", "answers 502", brief), "the next try goes to another pod"},
	{misbehaving("503", "answers 503", brief), "the next try goes to another pod"},
	{misbehaving("504", "answers 504", brief), "the next try goes to another pod"},
}

// failoverDrills: no list fails when one or all of lathens fail in any way, nor
// when they come back; no zip does when the Athens of the gateway's zone dies.
func failoverDrills() (out []liveDrill) {
	for _, f := range failuresOfLathens {
		for _, all := range []bool{false, true} {
			for _, site := range []string{"s3", "production"} {
				for _, rate := range []int{20, 200} {
					usual := all && rate == 20
					if f.name == "program killed" || f.name == "hangs" {
						usual = all
					}
					which := "one lathens"
					if all {
						which = "every lathens"
					}
					d := liveDrill{
						part: "lathens", name: which + ": " + f.name, site: site, long: !usual,
						probes: []probe{{what: "lists", rate: rate, path: moduleFile(200, "list"), within: f.within, why: f.why}},
						run:    func(t *testing.T, l *live.Live) { ejecting(t, l, "lathens", f.failure, all) },
					}
					if f.misbehaves {
						d.standIn = "lathens"
					}
					out = append(out, d)
				}
			}
		}
	}
	for _, f := range []failure{programKilled, podKilled} {
		for _, site := range []string{"s3", "production"} {
			for _, rate := range []int{20, 200} {
				out = append(out, liveDrill{
					part: "Athens", name: "Athens in the gateway's zone: " + f.name, site: site, long: rate > 20,
					probes: []probe{{what: "zips", rate: rate, path: moduleFile(200, "v1.0.0.zip"), within: f.within,
						why: "the first try is refused; the next one goes to another zone"}},
					run: func(t *testing.T, l *live.Live) { ejecting(t, l, "athens", f, false) },
				})
			}
		}
	}
	return out
}

// moduleFile is a file of so many modules in turn.
func moduleFile(modules int, file string) func(int) string {
	return func(i int) string { return fmt.Sprintf("/example.com/go/m%d/@v/%s", i%modules, file) }
}

// ejecting is a failure of one or all pods of a program that lasts for a try and
// an interval of outlier detection, until no pod is ejected any more.
func ejecting(t *testing.T, l *live.Live, program string, f failure, all bool) {
	hit := l.Of(program)
	if !all {
		hit = hit[:1] // of Athens, the one in the gateway's zone
	}
	for _, n := range hit {
		f.start(t, l, n)
	}
	time.Sleep(12 * time.Second)
	for _, n := range hit {
		f.end(t, l, n)
	}
	for end := time.Now().Add(2 * time.Minute); len(ejected(t, l, "list"))+len(ejected(t, l, "athens")) > 0; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("pods stay ejected")
		}
	}
}
