package diff

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/spectest"
)

// What is no longer in a cluster is deleted in Azure, unless it is detached.
func TestDeletedFrontDoor(t *testing.T) {
	object := func(kind, more string) Object {
		text := "apiVersion: cdn.azure.com/v1api20230501\nkind: " + kind + "\nmetadata: {name: goproxy, namespace: a, labels: {athens.gomods.io/site: a.goproxy}" + more + "}\n"
		o, err := Read(spectest.Node(t, text))
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	const kept = ", annotations: {serviceoperator.azure.com/reconcile-policy: detach-on-delete}"
	profile, other := object("Profile", ""), object("Route", "")
	side := func(west, east []Object) *Side {
		s := &Side{}
		s.Add("we", west)
		s.Add("eu", east)
		return s
	}
	alone := func(objects ...Object) *Side {
		s := &Side{}
		s.Add("", objects)
		return s
	}
	west := &Side{}
	west.Add("we", []Object{other})
	for _, c := range []struct {
		name     string
		old, now *Side
		want     int
	}{
		{"moved to another region", side([]Object{profile, other}, []Object{other}), side([]Object{other}, []Object{profile, other}), 1},
		{"made no more", alone(profile, other), alone(other), 1},
		{"the whole site", alone(profile, other), alone(), 1},
		{"its region", side([]Object{other}, []Object{profile, other}), west, 1},
		{"detached", alone(object("Profile", kept), other), alone(other), 0},
		{"a part of it", alone(profile, other), alone(profile), 0},
		{"the same", alone(profile, other), alone(profile, other), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := 0
			for _, r := range Compare(c.old, c.now) {
				for _, g := range r.Groups {
					for _, change := range g.Changes {
						if change.Warning && strings.Contains(change.Text, "deletes the Front Door in Azure for all regions") {
							got++
						}
					}
				}
			}
			if got != c.want {
				t.Errorf("%d warnings, want %d", got, c.want)
			}
		})
	}
}

// A Service under another name gets another address; one of other pods is another
// matter.
func TestRecreatedBalancer(t *testing.T) {
	service := func(name, selector, kind string) Object {
		return Object{ID: krm.ID{Kind: "Service", Namespace: "gw", Name: name}, tree: spectest.Node(t, "{kind: Service, spec: {type: "+kind+", selector: {istio: "+selector+"}}}")}
	}
	for _, c := range []struct {
		name     string
		old, now Object
		want     int
	}{
		{"under another name", service("a", "x", "LoadBalancer"), service("b", "x", "LoadBalancer"), 1},
		{"of other pods", service("a", "x", "LoadBalancer"), service("b", "y", "LoadBalancer"), 0},
		{"no load balancer", service("a", "x", "LoadBalancer"), service("b", "x", "ClusterIP"), 0},
	} {
		cmp := &comparison{gone: []Object{c.old}, come: []Object{c.now}, found: map[string][]Change{}}
		cmp.recreatedBalancers()
		got := 0
		for _, g := range cmp.groups() {
			for _, change := range g.Changes {
				if change.Code == doorMoved && change.Warning {
					got++
				}
			}
		}
		if got != c.want {
			t.Errorf("%s: %d warnings, want %d", c.name, got, c.want)
		}
	}
}
