package mesh

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/test/mesh/live"
)

// rolloutDrills replace pods under load, and the gateway's in other ways too.
func rolloutDrills() []liveDrill {
	both := []probe{
		{what: "lists", rate: 20, path: moduleFile(200, "list"), within: brief},
		{what: "zips", rate: 20, path: moduleFile(200, "v1.0.0.zip"), within: brief},
	}
	all := func(why string, fails ...int) []probe {
		return []probe{both[0].because(why, fails...), both[1].because(why, fails...)}
	}
	graceful := "a pod leaves the endpoints, still answers during its preStop time, then ends"
	return []liveDrill{
		{part: "Rollouts", name: "a rollout of lathens", site: "s3", sitting: "rollouts", probes: all(graceful), run: replaceAll("lathens", 100)},
		{part: "Rollouts", name: "a rollout of Athens", site: "s3", sitting: "rollouts", probes: all(graceful), run: replaceAll("athens", 120)},
		{
			part: "The gateway", name: "the gateway's only pod: killed, back after 3s", site: "s3", sitting: "rollouts",
			probes: all("the site does not run the gateway: the cluster needs two gateway pods, and a load balancer that detects the loss of one", 0),
			run: func(t *testing.T, l *live.Live) {
				n := l.GatewayNode()
				n.Proxy.Kill()
				time.Sleep(3 * time.Second)
				must(t, l.StartProxy(n))
				must(t, n.Proxy.Ready(time.Minute))
			},
		},
		// The last one: it leaves another gateway behind.
		{
			part: "Rollouts", name: "a rollout of the gateway", site: "s3", sitting: "rollouts",
			probes: all("the old pod closes its connections after an answer, and ends 5s later (`terminationDrainDuration`)"),
			run: func(t *testing.T, l *live.Live) {
				old := l.GatewayNode()
				next, err := l.Surge(old, "10.1.200.1")
				if err != nil {
					t.Fatal(err)
				}
				must(t, l.MoveGateway(next))
				must(t, l.Terminate(old, 5*time.Second, true))
			},
		},
	}
}

// replaceAll is a rolling update of a program whose pods are replaced one at a
// time; the new ones get addresses from so many on.
func replaceAll(program string, address int) func(*testing.T, *live.Live) {
	return func(t *testing.T, l *live.Live) {
		for i, old := range l.Of(program) {
			if _, err := l.Surge(old, "10.1.200."+strconv.Itoa(address+i)); err != nil {
				t.Fatal(err)
			}
			must(t, l.Terminate(old, preStop(t, l, old), true))
		}
	}
}

// preStop of a pod's program, as its manifest has it.
func preStop(t *testing.T, l *live.Live, n *live.Node) time.Duration {
	s, ok := l.Manifest(n.Pod).List("spec", "containers")[0].Int("lifecycle", "preStop", "sleep", "seconds")
	if !ok {
		t.Fatalf("%s has no preStop hook that sleeps", n.Pod)
	}
	return time.Duration(s) * time.Second
}

// largeDrills are requests that take long.
func largeDrills() []liveDrill {
	silent := probe{what: "first downloads", rate: 1, path: moduleFile(1e9, "v9.0.0.info")}
	return []liveDrill{
		stallDrill("a client that reads nothing of a zip of 64 MB for 10s", false, 64<<20, 10*time.Second),
		stallDrill("a zip of 1 GB", true, 1<<30, 0),
		stallDrill("a client that reads nothing of a zip of 1 GB for 330s", true, 1<<30, 330*time.Second),
		{
			part: "Large and slow", name: "Athens works on first downloads for 235s", site: "production", sitting: "silent", long: true,
			probes: []probe{
				silent.because("the module route waits for 240s, and no connection is idle before 600s").inTime(239 * time.Second),
				storedZips.because("what is stored does not wait"),
			},
			run: athensAnswers("slow 235s for v9", outage),
		},
		{
			part: "Large and slow", name: "Athens works on first downloads for longer than 240s", site: "production", sitting: "silent", long: true,
			probes: []probe{
				silent.because("the module route's deadline, which is Front Door's; Athens goes on, and the next try finds it stored", 504).inTime(250 * time.Second),
				{what: "zips that are new", rate: 1, path: moduleFile(1e9, "v9.0.0.zip"), within: 270 * time.Second, why: "the zip route has no deadline"},
			},
			run: athensAnswers("slow 255s for v9", outage),
		},
	}
}

// stallDrill asks for a zip, pauses, and reads the rest; the gateway must not
// keep it in memory meanwhile.
func stallDrill(name string, long bool, bytes int64, pause time.Duration) liveDrill {
	ask := func(t *testing.T, l *live.Live) live.Result {
		before := kibibytes(t, l.GatewayNode().Proxy.Memory())
		most := make(chan int)
		done := make(chan struct{})
		go func() {
			top := 0
			for {
				select {
				case <-done:
					most <- top
					return
				case <-time.After(100 * time.Millisecond):
					top = max(top, kibibytes(t, l.GatewayNode().Proxy.Memory()))
				}
			}
		}()
		got := l.Stall("/example.com/large/@v/v1.0.0.zip", bytes, pause)
		close(done)
		if grown := <-most - before; grown > gatewayMemory {
			t.Errorf("the gateway's Envoy grew by %d KiB", grown)
		} else {
			t.Logf("the gateway's Envoy grew by %d KiB", grown)
		}
		if got.Why == "" && got.Bytes != bytes {
			got.Why = fmt.Sprintf("%d bytes of %d", got.Bytes, bytes)
		}
		return got
	}
	return liveDrill{
		part: "Large and slow", name: name, site: "s3", sitting: "large" + map[bool]string{true: ", long"}[long], long: long,
		probes: []probe{
			{what: "that zip", within: pause + time.Minute, ask: ask, why: fmt.Sprintf("the zip route has no deadline; Envoy stops reading when the client does, and grew by less than %d MiB", gatewayMemory>>10)},
			storedZips.because("each has a connection of its own"),
		},
		run: func(*testing.T, *live.Live) { time.Sleep(pause) },
	}
}

// gatewayMemory in KiB is what a transfer may cost the gateway's Envoy: buffers
// of 1 MiB on both sides, and what else happens meanwhile.
const gatewayMemory = 16 << 10

func kibibytes(t *testing.T, memory string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(memory, " kB"))
	if err != nil {
		t.Errorf("%q: %v", memory, err)
	}
	return n
}
