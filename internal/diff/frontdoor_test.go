package diff

import (
	"strings"
	"testing"

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
// matter. Two of one private link service cannot both serve.
func TestRecreatedBalancer(t *testing.T) {
	service := func(name, selector, kind, link string) *Side {
		o, err := Read(spectest.Node(t, `{apiVersion: v1, kind: Service, metadata: {namespace: gw, name: `+name+`, labels: {athens.gomods.io/site: a.goproxy}, annotations: {service.beta.kubernetes.io/azure-pls-name: "`+link+`"}},
  spec: {type: `+kind+`, selector: {istio: `+selector+`}}}`))
		if err != nil {
			t.Fatal(err)
		}
		s := &Side{}
		s.Add("", []Object{o})
		return s
	}
	const balancer, last, first = "LoadBalancer", "delete the old one last", "delete the old one, apply the new one"
	for _, c := range []struct {
		name     string
		old, now *Side
		want     string // in the warning; empty for none
	}{
		{"under another name", service("a", "x", balancer, ""), service("b", "x", balancer, ""), last},
		{"of one private link service", service("a", "x", balancer, "pls"), service("b", "x", balancer, "pls"), first},
		{"of another private link service", service("a", "x", balancer, "pls"), service("b", "x", balancer, "other"), last},
		{"of other pods", service("a", "x", balancer, ""), service("b", "y", balancer, ""), ""},
		{"no load balancer", service("a", "x", balancer, ""), service("b", "x", "ClusterIP", ""), ""},
		{"the same", service("a", "x", balancer, ""), service("a", "x", balancer, ""), ""},
	} {
		var got []string
		for _, r := range Compare(c.old, c.now) {
			for _, g := range r.Groups {
				for _, change := range g.Changes {
					if change.Code == doorMoved && change.Warning {
						got = append(got, change.Text)
					}
				}
			}
		}
		if text := strings.Join(got, "\n"); len(got) > 1 || (text == "") != (c.want == "") || !strings.Contains(text, c.want) {
			t.Errorf("%s: %q, want %q", c.name, text, c.want)
		}
	}
}
