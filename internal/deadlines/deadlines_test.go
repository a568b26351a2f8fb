package deadlines_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/deadlines"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/span"
)

func load(t *testing.T, spec string) *v1alpha1.AthensSite {
	t.Helper()
	text := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n" + spec
	site, problems := strict.Load[v1alpha1.AthensSite](spectest.Node(t, text))
	if problems != nil {
		t.Fatal(problems)
	}
	return site
}

// lines are the steps as name, duration, who set it.
func lines(site *v1alpha1.AthensSite) (out []string) {
	for _, c := range deadlines.Of(site) {
		for _, s := range c.Steps {
			by := "set"
			if s.Default {
				by = "default"
			}
			out = append(out, fmt.Sprintf("%s: %s %s %s", c.Name, s.Name, span.Deadline(s.Duration), by))
		}
	}
	return out
}

func TestOf(t *testing.T) {
	for _, c := range []struct{ name, spec, want string }{
		{"minimal", "", `
list: go command none default
list: gateway, route list 40s default
list: lathens, one list 9s default
list: Athens, one operation 300s default
module: go command none default
module: gateway, route module 300s default
module: Athens, one operation 300s default
module: Athens, download and store 600s default
sumdb: go command none default
sumdb: gateway, route sumdb 120s default
sumdb: lathens, one checksum 119s default
sumdb: Athens, passing on none default
sumdb: checksum database none default
warm: crathens, a whole run 5h default
warm: crathens, one version 660s default
warm: Athens, download and store 600s default
stop: pod, grace period 80s default
stop: before SIGTERM 10s default
stop: Athens, running requests 60s default`},
		{"edge and lock", `
  edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, originTimeout: 120s}}
  gateway: {timeouts: {list: 21s}}
  crathens: {enabled: false}
  athens:
    replicas: 2
    timeouts: {stash: 900s, shutdown: 30s}
    storage: {s3: {region: eu-central-1, bucket: gomods}}
    singleFlight: {redis: {endpoints: ["redis.cache.svc.cluster.local:6379"], lock: {timeout: 500s}}}`, `
list: go command none default
list: Front Door 120s set
list: gateway, route list 21s set
list: lathens, one list 4.25s default
list: Athens, one operation 120s default
module: go command none default
module: Front Door 120s set
module: gateway, route module 120s default
module: Athens, one operation 120s default
module: Redis lock, its life 930s default
module: Redis lock, the wait for it 500s set
module: Athens, download and store 900s set
sumdb: go command none default
sumdb: Front Door 120s set
sumdb: gateway, route sumdb 120s default
sumdb: lathens, one checksum 119s default
sumdb: Athens, passing on none default
sumdb: checksum database none default
stop: pod, grace period 50s default
stop: before SIGTERM 10s default
stop: Athens, running requests 30s set`},
		{"old and plain", `
  athens: {version: v0.16.0}
  lathens: {enabled: false}
  crathens: {enabled: false}
  mesh: {mode: None}
  gateway: {ingress: {className: nginx}}`, `
list: go command none default
list: Ingress none default
list: Athens, one operation 300s default
module: go command none default
module: Ingress none default
module: Athens, one operation 300s default
module: Athens, download and store none default
sumdb: go command none default
sumdb: Ingress none default
sumdb: Athens, passing on none default
sumdb: checksum database none default
stop: pod, grace period 80s default
stop: before SIGTERM 10s default
stop: Athens, running requests 60s default`},
	} {
		if diff := cmp.Diff(strings.Split(strings.TrimSpace(c.want), "\n"), lines(load(t, c.spec))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// What is said of the gateway is what its routes do.
func TestRoutes(t *testing.T) {
	site := load(t, "  gateway: {timeouts: {list: 21s, module: 200s}}")
	for i, path := range []string{"/golang.org/x/mod/@v/list", "/golang.org/x/mod/@v/v0.1.0.info", "/sumdb/sum.golang.org/lookup/golang.org/x/mod@v0.17.0"} {
		step := deadlines.Of(site)[i].Steps[1]
		answer := prove.New(site).Ask(prove.Request{As: prove.Client, Method: "GET", Path: path})
		note := ""
		if answer.PerTry > 0 {
			note = fmt.Sprintf("%d tries of %s", answer.Tries, span.Deadline(answer.PerTry))
		}
		if step.Duration != answer.Timeout || step.Note != note {
			t.Errorf("%s: the route has %s (%s), the chain says %s (%s)", path, answer.Timeout, note, step.Duration, step.Note)
		}
	}
}
