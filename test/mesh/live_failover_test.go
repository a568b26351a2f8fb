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

// failure of a pod, and what ends it.
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
						underLoad{c, "lathens", "list", f, all, rate}.drill(t)
					})
				}
			}
		}
	}
}

// TestLiveModules: no zip fails when the program in Athens' pod of the gateway's
// zone dies, where its sidecar answers 503, or the whole pod, nor when it comes
// back.
func TestLiveModules(t *testing.T) {
	for _, name := range []string{"s3", "production"} {
		for _, f := range failuresOfLathens[:2] {
			for _, rate := range []int{20, 200} {
				if rate > 20 && os.Getenv(allVar) == "" {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%d", name, f.name, rate), func(t *testing.T) {
					t.Parallel()
					underLoad{example(t, name), "athens", "v1.0.0.zip", f, false, rate}.drill(t)
				})
			}
		}
	}
}

// underLoad is a failure of one pod or all pods of a program, while clients ask
// for a file of many modules, so many times a second.
type underLoad struct {
	c             manifest.Case
	program, file string
	f             failure
	all           bool
	rate          int
}

// drill fails if a request does.
func (d underLoad) drill(t *testing.T) {
	l := running(t, small(d.c))
	hit := l.Of(d.program)
	if strings.ContainsAny(d.f.name[:1], "hr5") {
		for _, n := range hit {
			n.KillApp()
			must(t, l.StartStandIn(n))
		}
	}
	if !d.all {
		hit = hit[:1] // of Athens, the one in the gateway's zone
	}
	load := startLoad(l, d.rate, func(i int) string { return fmt.Sprintf("/example.com/go/m%d/@v/%s", i%200, d.file) })
	time.Sleep(2 * time.Second)
	for _, n := range hit {
		d.f.start(t, l, n)
	}
	load.note(d.f.name)
	time.Sleep(12 * time.Second) // a try, and the interval of outlier detection
	for _, n := range hit {
		d.f.end(t, l, n)
	}
	load.note("well again")
	for end := time.Now().Add(2 * time.Minute); len(ejected(t, l, "list"))+len(ejected(t, l, "athens")) > 0; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("pods stay ejected")
		}
	}
	load.note("nothing ejected")
	time.Sleep(2 * time.Second)
	if failed := load.end(t); failed > 0 {
		t.Errorf("%d requests failed", failed)
	}
}
