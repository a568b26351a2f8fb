package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/explain"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/internal/why"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Everything that a site gets by default is written down in its effective
// spec: read back, it renders the same bytes, and nothing in it is a default
// any more.
func TestEffectiveReadBack(t *testing.T) {
	count := 0
	for _, g := range goldens(t) {
		if !g.sound() {
			continue
		}
		count++
		t.Run(g.name, func(t *testing.T) {
			code, effective, stderr := runWith([]string{"explain", "--effective", "-f", "-"}, g.in)
			if code != 0 || stderr != "" {
				t.Fatalf("exit code %d, stderr %s", code, stderr)
			}
			_, want, _ := g.run()
			code, got, stderr := runWith([]string{"render", "-"}, effective)
			if diff := cmp.Diff(want, got); code != 0 || diff != "" {
				t.Errorf("exit code %d, stderr %s, -site +effective:\n%s", code, stderr, diff)
			}
			_, again, _ := runWith([]string{"explain", "--effective", "-f", "-"}, effective)
			if strings.Contains(again, "# default") {
				t.Errorf("a default was not written down:\n%s", again)
			}
		})
	}
	if count < 10 {
		t.Errorf("%d sites only", count)
	}
}

func TestEffectiveGolden(t *testing.T) {
	production := root + "/examples/production/site.yaml"
	for name, args := range map[string][]string{
		"effective-minimal":    {"-f", root + "/examples/minimal/site.yaml"},
		"effective-production": {"-f", production, "--region", "eastus2"},
	} {
		code, stdout, stderr := runWith(append([]string{"explain", "--effective"}, args...), "")
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, stderr %s", name, code, stderr)
		}
		compare(t, filepath.Join(root, "testdata/explain", name+".yaml"), stdout)
	}
	for _, c := range []struct {
		args  []string
		code  int
		wrong string
	}{
		{[]string{"--effective"}, 1, ".: no AthensSite in it"},
		{[]string{"-f", production}, 2, "-f goes with --effective"},
		{[]string{"--effective", "-f", production, "athens.version"}, 2, "spec.athens.version"},
		{[]string{"--effective", "-f", "no-such-file"}, 1, "no-such-file"},
		{[]string{"--effective", "-f", root + "/testdata/golden/ten-mistakes/input.yaml"}, 1, "spec."},
	} {
		code, stdout, stderr := runWith(append([]string{"explain"}, c.args...), "")
		if code != c.code || !strings.Contains(stderr, c.wrong) || stdout != "" {
			t.Errorf("explain %q: exit code %d (want %d), stdout %s, stderr (want %q): %s", c.args, code, c.code, stdout, c.wrong, stderr)
		}
	}
}

// What a default follows is found by trying, so each of these is held by the
// rule itself.
func TestEffectiveFrom(t *testing.T) {
	for _, c := range []struct{ spec, path, want string }{
		{"{host: a.example.com}", "spec.athens.timeouts.request", "default"},
		{"{host: a.example.com, edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, originTimeout: 100s}}}",
			"spec.athens.timeouts.request", "default, from edge.frontDoor.originTimeout"},
		{"{host: a.example.com, gateway: {timeouts: {module: 90s}}}", "spec.athens.timeouts.request", "default, from gateway.timeouts.module"},
		{"{host: a.example.com, athens: {goGetWorkers: 2}}", "spec.crathens.concurrency", "default, from athens.goGetWorkers"},
		{"{host: a.example.com, athens: {goGetWorkers: 9}}", "spec.crathens.concurrency", "default"},
		{"{host: a.example.com, athens: {basicAuth: {secretRef: {name: s}}}}", "spec.lathens.enabled", "default, from athens.basicAuth"},
		{"{host: a.example.com}", "spec.athens.resources.limits.memory", "default, from athens.goGetWorkers, athens.storage.disk"},
		{"{host: a.example.com}", "spec.athens.resources.requests.cpu", "default, from athens.goGetWorkers"},
		{"{host: a.example.com, logs: {azureMonitor: {}}}", "spec.logs.azureMonitor.excludeNamespaces[0]", "default"},
		{"{host: a.example.com}", "spec.egress.mode", "default, from athens.upstream.goproxy"},
		{"{host: a.example.com, athens: {replicas: 2, storage: {s3: {region: r, bucket: acme-gomods}}, singleFlight: {redis: {endpoints: [\"r.example.com:6379\"]}}, timeouts: {stash: 1000s}}}",
			"spec.athens.singleFlight.redis.lock.ttl", "default, from athens.timeouts.stash"},
		{"{host: a.example.com, mesh: {revision: asm-1-30}}", "spec.gateway.istio.workload.namespace", "default, from mesh.revision"},
	} {
		nodes, err := krm.SitesIn([]byte("apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a, namespace: b}\nspec: " + c.spec + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, problems := strict.Load[v1alpha1.AthensSite](nodes[0]); len(problems) > 0 {
			t.Fatalf("%s: %v", c.spec, problems)
		}
		site, err := why.Of("site.yaml", nodes[0])
		if err != nil {
			t.Fatal(err)
		}
		got := "not there"
		for _, o := range site.Origins() {
			if o.Path.String() == c.path {
				got = o.String()
			}
		}
		if got != c.want {
			t.Errorf("%s: %s: %s, want %s", c.spec, c.path, got, c.want)
		}
	}
}

// Every default that is printed is the one that the documentation of its field,
// or of the object around it, states.
func TestEffective_AgreesWithTheDocumentation(t *testing.T) {
	spec, err := explain.Spec()
	if err != nil {
		t.Fatal(err)
	}
	defaults, literals := 0, 0
	for _, name := range []string{"minimal", "production", "observability", "airgap"} {
		for _, site := range sitesOf(t, root+"/examples/"+name+"/site.yaml") {
			for _, o := range site.Origins() {
				if o.Line != "" || len(o.Path) < 2 || o.Path[0] != "spec" {
					continue
				}
				defaults++
				field, known := spec.Find(o.Path.String())
				if known && field.Literal != nil && len(o.From) == 0 {
					literals++
					if want := strings.Trim(fmt.Sprint(field.Literal), "[]"); !sameDefault(o.Value, want) {
						t.Errorf("%s: %s is %s by default, but the documentation says %s", name, o.Path, o.Value, want)
					}
				}
				documented := false
				for p := o.Path; len(p) > 1 && !documented; p = p[:len(p)-1] {
					f, known := spec.Find(p.String())
					documented = known && (f.Default != "" || f.Literal != nil)
				}
				if !documented {
					t.Errorf("%s: %s has the default %s, which no documentation states", name, o.Path, o.Value)
				}
			}
		}
	}
	if defaults < 100 || literals < 80 {
		t.Errorf("%d defaults, %d of them literals only", defaults, literals)
	}
}

// sameDefault compares values, and durations in whatever units.
func sameDefault(a, b string) bool {
	x, bad := time.ParseDuration(a)
	y, worse := time.ParseDuration(b)
	return a == b || bad == nil && worse == nil && x == y
}

func sitesOf(t *testing.T, file string) (out []*why.Site) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	nodes, err := krm.SitesIn(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		site, err := why.Of("site.yaml", n)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, site)
	}
	return out
}

// What a switch turns off is not printed, and what is printed is accepted.
func TestEffective_PrintsNothingThatIsOff(t *testing.T) {
	site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a, namespace: b}\nspec: {host: a.example.com, lathens: {enabled: false}, crathens: {enabled: false}, mesh: {mode: None}, metrics: {dashboard: {enabled: false}}}\n"
	code, out, stderr := runWith([]string{"explain", "--effective", "-f", "-"}, site)
	if code != 0 {
		t.Fatal(stderr)
	}
	for _, off := range []string{"ttl:", "maxBytes:", "schedule:", "trustDomain:", "workload:", "timeouts:\n      list", "listLatency:", "warmedWithin:", "grafana_dashboard", "tool:"} {
		if strings.Contains(out, off) {
			t.Errorf("%s is printed:\n%s", off, out)
		}
	}
	if code, _, stderr := runWith([]string{"render", "-"}, out); code != 0 {
		t.Errorf("what was printed is refused: %s", stderr)
	}
}
