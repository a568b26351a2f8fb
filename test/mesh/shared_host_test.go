package mesh

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// sharing are two sites, each from a file of its own, of which the later one
// names a host of the first.
func sharing(t *testing.T, first, later string) manifest.Case {
	t.Helper()
	var all manifest.Case
	for i, spec := range []string{first, later} {
		namespace := []string{"first", "later"}[i]
		dir := filepath.Join(t.TempDir(), namespace)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "site.yaml")
		text := fmt.Sprintf("apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: %s}\nspec: %s\n", namespace, spec)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := manifest.Render(program, file)
		if err != nil {
			t.Fatal(err)
		}
		all.Sites, all.Objects = append(all.Sites, c.Sites...), append(all.Objects, c.Objects...)
	}
	return all
}

const (
	door   = "edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, originHost: gateway.example.com}}"
	oneOf  = "{host: one.example.com}"
	twoOf  = "{host: one.example.com, athens: {goGetWorkers: 2}}"
	behind = "{host: one.example.com, " + door + "}"
	beside = "{host: two.example.com, " + door + "}"
	origin = "{host: gateway.example.com}"
)

// sharedHosts are the ways in which two sites can name one host.
var sharedHosts = map[string][2]string{
	"host":            {oneOf, twoOf},
	"originHost":      {behind, beside},
	"origin and host": {behind, origin},
	"host and origin": {origin, beside},
}

// Two sites that name one host must not take each other down, nor any other site
// on the gateway: istiod gives the host to one of them, and names no server
// twice.
func TestSharedHostIsServedForOneSite(t *testing.T) {
	for name, specs := range sharedHosts {
		c := sharing(t, specs[0], specs[1])
		world, err := deploy(t, c, cluster.Trouble{})
		if err != nil {
			t.Fatal(err)
		}
		if twice := serverNamesTwice(world, c); len(twice) > 0 {
			t.Errorf("%s: the gateway's listener has %q twice: Envoy refuses it", name, twice)
		}
		got, err := world.Do(c.Sites[0], walk.Request{From: "client", Line: "GET /golang.org/x/mod/@v/list"})
		if err != nil || got.Status != 200 {
			t.Errorf("%s: the first site answers %d, %v", name, got.Status, err)
		}
	}
}

// The names without a namespace are what istiod compares.
func TestSharedHostWithoutClaims(t *testing.T) {
	c := sharing(t, behind, beside)
	for _, o := range c.Objects {
		if o.Kind() != "Gateway" {
			continue
		}
		server := o.List("spec", "servers")[0]
		hosts, _ := server["hosts"].([]any)
		server["hosts"] = slices.DeleteFunc(hosts, func(h any) bool { return !strings.Contains(h.(string), "/") })
	}
	world, err := deploy(t, c, cluster.Trouble{})
	if err != nil {
		t.Fatal(err)
	}
	if twice := serverNamesTwice(world, c); len(twice) == 0 {
		t.Error("without the claims no server name is there twice: they are not needed any more")
	}
}

// serverNamesTwice are the server names that several filter chains of one
// listener of the gateway have.
func serverNamesTwice(world *walk.World, c manifest.Case) (twice []string) {
	g := c.Sites[0].Spec.Gateway.Workload()
	for _, l := range world.Istiod.Config(world.Cluster.Select(g.Namespace, g.Labels)[0]).Listeners {
		var seen []string
		for _, chain := range l.FilterChains {
			for _, name := range chain.GetFilterChainMatch().GetServerNames() {
				if slices.Contains(seen, name) {
					twice = append(twice, name)
				}
				seen = append(seen, name)
			}
		}
	}
	return twice
}

// TestLiveSharedHost: a real Envoy takes the listener.
func TestLiveSharedHost(t *testing.T) {
	for name, specs := range sharedHosts {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			c := sharing(t, specs[0], specs[1])
			l := running(t, c)
			if refused, err := l.GatewayNode().Proxy.Refused(); err != nil || refused != "" {
				t.Errorf("the gateway refuses configuration: %s, %v", refused, err)
			}
			got, err := l.Send(walk.Request{From: "client", Line: "GET /golang.org/x/mod/@v/list"})
			if err != nil || got.Status != 200 {
				t.Errorf("the first site answers %d (%s), %v: %s%v", got.Status, got.Why, err, got.Body, l.Hops()[got.ID])
			}
		})
	}
}
