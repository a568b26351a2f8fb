package mesh

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

const (
	list = "GET /golang.org/x/mod/@v/list"
	zip  = "GET /golang.org/x/mod/@v/v0.17.0.zip"
)

func of(program string) func(*cluster.Pod) bool {
	return func(p *cluster.Pod) bool { return p.Program == program }
}

func named(names ...string) func(*cluster.Pod) bool {
	return func(p *cluster.Pod) bool {
		for _, n := range names {
			if p.Name == n {
				return true
			}
		}
		return false
	}
}

// drill breaks a part of the production site: pods that are gone, not ready, or
// ejected by the gateway's outlier detection.
type drill struct {
	name    string
	pods    cluster.Trouble
	ejected func(*cluster.Pod) bool
	from    string
	line    string
	want    outcome
}

// healthy is a cluster without trouble.
var healthy cluster.Trouble

func gone(which func(*cluster.Pod) bool) cluster.Trouble    { return cluster.Trouble{Gone: which} }
func unready(which func(*cluster.Pod) bool) cluster.Trouble { return cluster.Trouble{Unready: which} }

func either(a, b func(*cluster.Pod) bool) func(*cluster.Pod) bool {
	return func(p *cluster.Pod) bool { return a(p) || b(p) }
}

// outcome is who answers, from where, and how the requests are shared.
type outcome struct {
	Status int
	By     string
	Zone   string
	Loads  map[string]int
}

// Zones of which any answers. The gateway is in zone-1.
const (
	anyZone  = "zone-1 or zone-2 or zone-3"
	notZone1 = "zone-2 or zone-3"
)

var drills = []drill{
	{"all is well: lathens alone has the lists", healthy, nil, "client", list,
		outcome{200, "lathens", anyZone, map[string]int{"lathens": 100}}},
	{"all lathens pods are gone", gone(of("lathens")), nil, "client", list,
		outcome{200, "athens", anyZone, map[string]int{"athens": 100}}},
	{"all lathens pods are ejected", healthy, of("lathens"), "client", list,
		outcome{200, "athens", anyZone, map[string]int{"athens": 100}}},
	{"one lathens pod is gone: the others have the lists", gone(named("goproxy-lathens-0")), nil, "client", list,
		outcome{200, "lathens", notZone1, map[string]int{"lathens": 100}}},
	{"one lathens pod is ejected: a few lists go to Athens", healthy, named("goproxy-lathens-0"), "client", list,
		outcome{200, "lathens", notZone1, map[string]int{"lathens": 93, "athens": 7}}},
	{"two lathens pods are ejected", healthy, named("goproxy-lathens-0", "goproxy-lathens-1"), "client", list,
		outcome{200, "lathens", "zone-3", map[string]int{"lathens": 46, "athens": 54}}},
	{"all lathens pods are ejected: latest too", healthy, of("lathens"), "client", "HEAD /golang.org/x/mod/@latest",
		outcome{200, "athens", anyZone, map[string]int{"athens": 100}}},
	{"all lathens pods are unready", unready(of("lathens")), nil, "client", list,
		outcome{200, "athens", anyZone, map[string]int{"athens": 100}}},
	{"one lathens pod is unready, as in a rollout", unready(named("goproxy-lathens-0")), nil, "client", list,
		outcome{200, "lathens", notZone1, map[string]int{"lathens": 100}}},
	{"everything behind the lists is ejected: all are asked rather than none", healthy, either(of("lathens"), of("athens")), "client", list,
		outcome{200, "lathens", anyZone, map[string]int{"lathens": 50, "athens": 50}}},
	{"lathens and Athens are gone", gone(either(of("lathens"), of("athens"))), nil, "client", list,
		outcome{Status: 503, By: "outbound|80||goproxy-list.goproxy.svc.cluster.local"}},
	{"zips come from the gateway's own zone", healthy, nil, "client", zip,
		outcome{200, "athens", "zone-1", map[string]int{"athens": 100}}},
	{"the gateway's zone has no Athens: the other zones", gone(named("goproxy-athens-0")), nil, "client", zip,
		outcome{200, "athens", notZone1, map[string]int{"athens": 100}}},
	{"Athens in the gateway's zone is ejected: the other zones", healthy, named("goproxy-athens-0"), "client", zip,
		outcome{200, "athens", notZone1, map[string]int{"athens": 100}}},
	{"two zones have no Athens: the last one", gone(named("goproxy-athens-0", "goproxy-athens-1")), nil, "client", zip,
		outcome{200, "athens", "zone-3", map[string]int{"athens": 100}}},
	{"all Athens pods fail: half of them stay, so that an upstream outage does not close the site", healthy, of("athens"), "client", zip,
		outcome{200, "athens", notZone1, map[string]int{"athens": 100}}},
	{"a zone is gone: lists stay with lathens", gone(func(p *cluster.Pod) bool { return p.Zone == "zone-1" && !p.Gateway }), nil, "client", list,
		outcome{200, "lathens", notZone1, map[string]int{"lathens": 100}}},
	{"all lathens pods are gone: info is as before", gone(of("lathens")), nil, "client", "GET /golang.org/x/mod/@v/v0.17.0.info",
		outcome{200, "athens", "zone-1", map[string]int{"athens": 100}}},
	{"Athens is gone: lathens gets an error immediately", gone(of("athens")), nil, "lathens", "GET http://{athens}/golang.org/x/mod/@v/list",
		outcome{Status: 503, By: "outbound|80||goproxy-athens.goproxy.svc.cluster.local"}},
	{"crathens is gone: clients see no difference", gone(of("crathens")), nil, "client", zip,
		outcome{200, "athens", "zone-1", map[string]int{"athens": 100}}},
}

// run is what is wrong with the answer; "" is nothing.
func (d drill) run(world *walk.World, c manifest.Case) string {
	world.Ejected = d.ejected
	defer func() { world.Ejected = nil }()
	got, err := world.Do(c.Sites[0], walk.Request{From: d.from, Line: d.line})
	if err != nil {
		return d.name + ": " + err.Error()
	}
	diff := cmp.Diff(d.want, outcome{got.Status, got.By, got.Zone, got.Loads})
	if diff == "" {
		return ""
	}
	return fmt.Sprintf("%s: %s: %s (-want +got):\n%s   it went:%s", d.name, d.from, d.line, diff, indent(got.Steps))
}

// TestDrills breaks a part of the production site and looks who answers.
func TestDrills(t *testing.T) {
	c := example(t, "production")
	for _, d := range drills {
		t.Run(d.name, func(t *testing.T) {
			world, err := deploy(t, c, d.pods)
			if err != nil {
				t.Fatal(err)
			}
			if wrong := d.run(world, c); wrong != "" {
				t.Error(wrong)
			}
		})
	}
}

// drillFailures are those of the drills for which all pods run, and of egress.
func drillFailures(world *walk.World, c manifest.Case) []string {
	var out []string
	for _, d := range drills {
		if d.pods.Gone != nil || d.pods.Unready != nil {
			continue
		}
		if wrong := d.run(world, c); wrong != "" {
			out = append(out, wrong)
		}
	}
	return append(out, egressFailures(world, c, egress["production"])...)
}

// TestCollectorMissing: without the collector's Service the whole table holds
// and only the spans are lost.
func TestCollectorMissing(t *testing.T) {
	c := example(t, "production")
	world, err := deploy(t, c, cluster.Trouble{}, "Service observability/otel-collector", "Deployment observability/otel-collector")
	if err != nil {
		t.Fatal(err)
	}
	var lost []string
	for _, r := range rows(t) {
		if !r.about(c.Sites[0]) {
			continue
		}
		got, err := world.Do(c.Sites[0], r.request())
		if err != nil {
			t.Errorf("%s: %v", r, err)
		}
		if r.difference(got) != "" {
			lost = append(lost, r.Name)
		}
	}
	want := []string{
		"a traced list",
		"a traced request of lathens",
		"Athens sends its spans to the collector", "lathens sends its spans to the collector",
	}
	if diff := cmp.Diff(want, lost); diff != "" {
		t.Errorf("requests that fail without the collector (-want +got):\n%s", diff)
	}
}

// egress is where connections of Athens go: to the program, host or cluster of
// Envoy that is named.
var egress = map[string]map[string]string{
	"production": {
		"tls://mirror.example.com:443":               "mirror.example.com",
		"tls://sum.example.com:443":                  "sum.example.com",
		"tls://sum.golang.org:443":                   "BlackHoleCluster",
		"tls://github.com:443":                       "github.com",
		"tls://athensweu.blob.core.windows.net:443":  "athensweu.blob.core.windows.net",
		"tls://athenseus2.blob.core.windows.net:443": "BlackHoleCluster",
		"tls://mirror.example.com:8443":              "BlackHoleCluster",
		"tcp://redis.cache.svc.cluster.local:6379":   "BlackHoleCluster",
	},
	"cosmos": {
		"tls://mirror.example.com:443":                               "mirror.example.com",
		"tls://acme-gomods.mongo.cosmos.azure.com:10255":             "acme-gomods.mongo.cosmos.azure.com",
		"tls://acme-gomods-westeurope.mongo.cosmos.azure.com:10255":  "acme-gomods-westeurope.mongo.cosmos.azure.com",
		"tls://acme-gomods-northeurope.mongo.cosmos.azure.com:10255": "BlackHoleCluster",
		"tcp://redis.cache.svc.cluster.local:6379":                   "redis",
		"tls://vanity.example.org:443":                               "BlackHoleCluster",
	},
	"airgap": {
		"tls://mirror.corp.example.com:443":                 "mirror.corp.example.com",
		"GET http://minio.storage.svc.cluster.local:9000/x": "minio",
		"tls://modules.example.net:443":                     "BlackHoleCluster",
	},
	"disk": {
		"tcp://etcd-0.etcd.etcd.svc.cluster.local:2379": "etcd",
		"tls://vanity.example.org:443":                  "outside",
	},
	"s3": {
		"tls://acme-gomods.s3.eu-central-1.amazonaws.com:443": "outside",
		"tcp://redis.cache.svc.cluster.local:6379":            "redis",
	},
}

// TestEgress: what an example needs outside reaches its own cluster, and no
// other port or host does.
func TestEgress(t *testing.T) {
	for name, lines := range egress {
		t.Run(name, func(t *testing.T) {
			c := example(t, name)
			world, err := deploy(t, c, cluster.Trouble{})
			if err != nil {
				t.Fatal(err)
			}
			for _, wrong := range egressFailures(world, c, lines) {
				t.Error(wrong)
			}
		})
	}
}

func egressFailures(world *walk.World, c manifest.Case, lines map[string]string) []string {
	var out []string
	for _, line := range slices.Sorted(maps.Keys(lines)) {
		got, err := world.Do(c.Sites[0], walk.Request{From: "athens", Line: line})
		if err != nil {
			out = append(out, line+": "+err.Error())
		} else if got.By != lines[line] {
			out = append(out, fmt.Sprintf("Athens: %s ends at %s, want %s; it went:%s", line, got.By, lines[line], indent(got.Steps)))
		}
	}
	return out
}
