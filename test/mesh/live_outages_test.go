package mesh

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/test/mesh/live"
)

// Requests of clients. Known lists are those that every lathens has: by load
// each has its own. Other ones, and new versions, no client has asked for before.
var (
	knownLists   = probe{what: "lists that lathens knows", rate: 20, path: moduleFile(20, "list"), warm: 20, within: brief}
	unknownLists = probe{what: "other lists", rate: 5, path: unknown, within: brief}
	storedZips   = probe{what: "stored zips", rate: 20, path: moduleFile(20, "v1.0.0.zip"), within: brief}
	newVersions  = probe{what: "first downloads", rate: 2, path: moduleFile(1e9, "v9.0.0.info"), within: brief}
)

var lastUnknown atomic.Int64

// unknown is the list of a module that no other drill asks for.
func unknown(int) string { return fmt.Sprintf("/example.com/go/u%d/@v/list", lastUnknown.Add(1)) }

// because is a probe with a reason and the answers that clients get besides 200.
func (p probe) because(why string, fails ...int) probe {
	p.why, p.fails = why, fails
	return p
}

// inTime is a probe whose answers take up to so long.
func (p probe) inTime(within time.Duration) probe {
	p.within = within
	return p
}

const (
	// outage is how long what is around a site fails.
	outage = 6 * time.Second
	// push is how long istiod and the Envoys may take for a change of endpoints.
	push = 2 * time.Second
)

// outageDrills are failures of all of Athens, of what the site needs around it,
// and of more than one program.
func outageDrills() []liveDrill {
	return []liveDrill{
		{
			part: "Athens", name: "every Athens: program killed", site: "s3",
			probes: []probe{
				knownLists.because("lathens serves its cached list, for up to `staleIfError`"),
				storedZips.because("only Athens serves modules", 503),
			},
			run: func(t *testing.T, l *live.Live) {
				for _, n := range l.Of("athens") {
					programKilled.start(t, l, n)
				}
				time.Sleep(outage)
				for _, n := range l.Of("athens") {
					programKilled.end(t, l, n)
				}
			},
		},
		zoneDrill("s3", false, 25*time.Second, "TCP_USER_TIMEOUT of the EnvoyFilter ends what the node does not acknowledge after 15s"),
		zoneDrill("production", true, 40*time.Second, "what was sent to the node waits until it is back, here after 25s: no Istio API ends it earlier"),
		{
			part: "Around the site", name: "the upstream is gone", site: "production", sitting: "around",
			probes: []probe{
				knownLists.because("lathens serves its cached list, for up to `staleIfError`; with `ByLoad` each replica has its own lists"),
				unknownLists.because("Athens asks upstream for them", 500),
				storedZips.because("Athens has them"),
				newVersions.because("Athens asks upstream for them, and answers 404 or 500; here 500", 500),
			},
			run: athensAnswers("500 for (list|latest|v9.*)$", outage),
		},
		{
			part: "Around the site", name: "the storage is gone", site: "production", sitting: "around",
			probes: []probe{
				knownLists.because("lathens serves its cached list, for up to `staleIfError`; with `ByLoad` each replica has its own lists"),
				unknownLists.because("Athens reads the storage for them too", 500),
				storedZips.because("500 by Athens, until no pod of it is ready; then 503 by the gateway", 500, 503),
			},
			run: func(t *testing.T, l *live.Live) {
				for _, n := range l.Of("athens") {
					n.Control("mode 500")
				}
				time.Sleep(outage / 2)
				for _, ready := range []bool{false, true} { // as its probe of the storage says
					for _, n := range l.Of("athens") {
						if ready {
							n.Control("mode ok")
						}
						must(t, l.SetReady(n, ready))
					}
					time.Sleep(push)
				}
			},
		},
		{
			part: "Around the site", name: "the lock: held for 8s", site: "production", sitting: "around",
			probes: []probe{
				newVersions.because("each waits for the lock; the module route waits for 240s").inTime(25 * time.Second),
				storedZips.because("what is stored needs no lock"),
			},
			run: athensAnswers("slow 8s for v9", outage),
		},
		{
			part: "Around the site", name: "DNS: the resolver is silent", site: "production", sitting: "around",
			probes: []probe{
				knownLists.because("Envoys get the pods' addresses from istiod, and keep those that they cannot resolve again"),
				storedZips.because("the same; Athens' own requests to upstream fail as if the upstream were gone"),
			},
			run: func(_ *testing.T, l *live.Live) {
				l.SilenceDNS(true)
				time.Sleep(2 * outage)
				l.SilenceDNS(false)
			},
		},
		{
			part: "Around the site", name: "the collector: its node is gone", site: "production", sitting: "around",
			probes: []probe{
				traced(knownLists).because("spans are exported in the background, and dropped when that fails"),
				traced(storedZips).because("the same"),
			},
			run: func(t *testing.T, l *live.Live) {
				n := l.Nodes["observability/otel-collector-0"]
				nodeGone.start(t, l, n)
				time.Sleep(outage)
				nodeGone.end(t, l, n)
				sent, err := l.GatewayNode().Proxy.Admin("GET", "/stats?filter=otel-collector.*upstream_rq_total")
				must(t, err)
				if sent == "" || strings.HasSuffix(strings.TrimSpace(sent), ": 0") {
					t.Errorf("the gateway sent no spans: %q", sent)
				}
			},
		},
		{
			part: "Around the site", name: "istiod, and then every lathens: program killed", site: "production", sitting: "around",
			probes: []probe{
				knownLists.because("each Envoy keeps its last configuration, and detects dead pods without istiod"),
				storedZips.because("the same, until certificates expire: istiod renews them"),
			},
			run: func(t *testing.T, l *live.Live) {
				l.Istiod.Shut(true)
				time.Sleep(outage / 2)
				ejecting(t, l, "lathens", programKilled, true)
				l.Istiod.Shut(false)
			},
		},
	}
}

// athensAnswers puts all of Athens into a mode of the stand-in for a while.
func athensAnswers(mode string, lasts time.Duration) func(*testing.T, *live.Live) {
	return func(_ *testing.T, l *live.Live) {
		for _, n := range l.Of("athens") {
			n.Control("mode " + mode)
		}
		time.Sleep(lasts)
		for _, n := range l.Of("athens") {
			n.Control("mode ok")
		}
	}
}

// traced has every request sampled.
func traced(p probe) probe {
	p.what += ", traced"
	p.headers = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
	return p
}

// zoneDrill cuts off all pods of the gateway's zone but the gateway.
func zoneDrill(site string, long bool, within time.Duration, why string) liveDrill {
	return liveDrill{
		part: "Athens", name: "the gateway's zone, for 25s: a lathens and an Athens", site: site, long: long,
		probes: []probe{
			{what: "lists", rate: 20, path: moduleFile(200, "list"), within: listTimeout, why: "a try ends after 10s, a connection after 2s; the next try goes to another zone"},
			{what: "zips", rate: 20, path: moduleFile(200, "v1.0.0.zip"), within: within, why: why},
		},
		run: func(t *testing.T, l *live.Live) {
			var hit []*live.Node
			for _, program := range []string{"lathens", "athens"} {
				for _, n := range l.Of(program) {
					if n.Pod.Zone == l.GatewayPod().Zone {
						hit = append(hit, n)
					}
				}
			}
			for _, n := range hit {
				nodeGone.start(t, l, n)
			}
			time.Sleep(25 * time.Second)
			for _, n := range hit {
				nodeGone.end(t, l, n)
			}
		},
	}
}
