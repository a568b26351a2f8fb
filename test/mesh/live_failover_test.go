package mesh

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/live"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// failure of lathens, and what ends it.
type failure struct {
	name  string
	start func(*testing.T, *live.Live, *live.Node)
	end   func(*testing.T, *live.Live, *live.Node)
}

// standIn makes the stand-in for lathens misbehave.
func standIn(mode string) failure {
	return failure{
		mode,
		func(_ *testing.T, _ *live.Live, n *live.Node) { n.Control("mode " + mode) },
		func(_ *testing.T, _ *live.Live, n *live.Node) { n.Control("mode ok") },
	}
}

func must(t *testing.T, err error) {
	if err != nil {
		t.Error(err)
	}
}

var failuresOfLathens = []failure{
	{"program killed",
		func(_ *testing.T, _ *live.Live, n *live.Node) { n.KillApp() },
		func(t *testing.T, l *live.Live, n *live.Node) { must(t, l.StartApp(n)) }},
	{"pod killed",
		func(_ *testing.T, _ *live.Live, n *live.Node) { n.KillApp(); n.Proxy.Kill() },
		func(t *testing.T, l *live.Live, n *live.Node) { must(t, l.StartApp(n)); must(t, l.StartProxy(n)) }},
	{"node gone",
		func(t *testing.T, _ *live.Live, n *live.Node) { must(t, n.Netns.Cut(true)) },
		func(t *testing.T, _ *live.Live, n *live.Node) { must(t, n.Netns.Cut(false)) }},
	standIn("hang"), standIn("reset"), standIn("502"), standIn("503"), standIn("504"),
}

// allVar asks for every combination of a drill; without it those run that fit
// into a few minutes.
const allVar = "LIVE_ALL"

// TestLiveFailover: no list fails when one or all of lathens fail in any way,
// nor when they come back.
func TestLiveFailover(t *testing.T) {
	for name, c := range map[string]manifest.Case{
		v1alpha1.SpreadByModule: example(t, "s3"), v1alpha1.SpreadByLoad: example(t, "production"),
	} {
		for _, f := range failuresOfLathens {
			for _, all := range []bool{false, true} {
				for _, rate := range []int{20, 200} {
					usual := all && rate == 20
					if f.name == "program killed" || f.name == "hang" {
						usual = all || rate == 20
					}
					if !usual && os.Getenv(allVar) == "" {
						continue
					}
					t.Run(fmt.Sprintf("%s/%s/all=%v/%d", name, f.name, all, rate), func(t *testing.T) {
						t.Parallel()
						drillLists(t, c, f, all, rate)
					})
				}
			}
		}
	}
}

func drillLists(t *testing.T, c manifest.Case, f failure, all bool, rate int) {
	l := running(t, small(c))
	hit := l.Of("lathens")
	if strings.ContainsAny(f.name[:1], "hr5") {
		for _, n := range hit {
			n.KillApp()
			must(t, l.StartStandIn(n))
		}
	}
	if !all {
		hit = hit[:1]
	}
	load := startLoad(l, rate, func(i int) string { return fmt.Sprintf("/example.com/go/m%d/@v/list", i%200) })
	time.Sleep(2 * time.Second)
	for _, n := range hit {
		f.start(t, l, n)
	}
	load.note(f.name)
	time.Sleep(12 * time.Second) // a try, and the interval of outlier detection
	for _, n := range hit {
		f.end(t, l, n)
	}
	load.note("well again")
	for end := time.Now().Add(2 * time.Minute); len(ejected(t, l, "list")) > 0; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("pods stay ejected")
		}
	}
	load.note("nothing ejected")
	time.Sleep(2 * time.Second)
	if failed := load.end(t); failed > 0 {
		t.Errorf("%d lists failed", failed)
	}
}
