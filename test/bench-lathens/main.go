// Command bench-lathens measures lathens beside nginx's proxy cache, varnish and
// the uncached upstream, alone and behind two Envoys, in one run on loopback, and
// prints Markdown tables.
// It is a benchmark, not a test: a bound that is missed is shown, and only a
// program that fails makes it exit 1.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"
)

// options of a run.
type options struct {
	root        string
	rounds      int
	seconds     time.Duration
	most        time.Duration
	connections int
	modules     int
	maxBytes    int
	waiting     int
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == standInMode {
		standIn()
		return
	}
	var o options
	flag.StringVar(&o.root, "root", "../..", "root of the repository")
	flag.IntVar(&o.rounds, "rounds", 3, "alternating rounds of hits")
	flag.DurationVar(&o.seconds, "time", 2*time.Second, "time of one program in one round")
	flag.IntVar(&o.connections, "connections", 16, "connections, each with one request under way")
	flag.IntVar(&o.modules, "modules", 1_000_000, "distinct modules for the memory measurement; 0 for none")
	flag.DurationVar(&o.most, "most", 2*time.Minute, "time after which the memory measurement stops at what it has")
	flag.IntVar(&o.waiting, "waiting", 2000, "callers who wait for one list")
	flag.IntVar(&o.maxBytes, "max-bytes", 64<<20, "lathens' --max-bytes")
	flag.Parse()
	if err := bench(&o); err != nil {
		fmt.Fprintln(os.Stderr, "bench-lathens:", err)
		os.Exit(1)
	}
}

func bench(o *options) error {
	dir, err := os.MkdirTemp("", "bench-lathens-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	upstream, err := startStandIn()
	if err != nil {
		return err
	}
	defer upstream.stop()
	lathens, err := startLathens(dir, o, upstream)
	if err != nil {
		return err
	}
	defer lathens.stop()
	nginx, err := startNginx(dir, upstream)
	defer nginx.stop() // nil where there is none
	if err != nil {
		return err
	}
	varnish, err := startVarnish(dir, upstream)
	defer varnish.stop()
	if err != nil {
		return err
	}
	for _, s := range []*server{lathens, nginx, varnish} {
		if err := fillUp(s, o); err != nil {
			return err
		}
	}
	hits, err := measureHits(o, lathens, nginx, varnish, upstream)
	if err != nil {
		return err
	}
	fmt.Printf("%d rounds of %s each, medians; %d connections, the headers of a mesh, full caches, a list of %d bytes; %s, %s/%s, %d CPUs, which the load generator shares\n\n%s",
		o.rounds, o.seconds, o.connections, len(list(sampleVersions)), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), hits)
	chains, err := measureChains(o, dir, lathens, nginx)
	if err != nil {
		return err
	}
	waiting, err := measureWaiting(o, upstream)
	if err != nil {
		return err
	}
	fmt.Printf("\n%s\n%s", chains, waiting)
	if o.modules == 0 {
		return nil
	}
	memory, err := measureMemory(o, lathens)
	if err != nil {
		return err
	}
	fmt.Printf("\n%s", memory)
	return nil
}
