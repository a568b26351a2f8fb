package mesh

import (
	"maps"
	"testing"

	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// TestAgreeOnAllRequests asks istiod's configuration one request of each kind that
// athens-kfn prove --all tells apart.
func TestAgreeOnAllRequests(t *testing.T) {
	for _, name := range []string{"production", "minimal", "enterprise"} {
		t.Run(name, func(t *testing.T) {
			c := example(t, name)
			world, err := deploy(t, c, cluster.Trouble{})
			if err != nil {
				t.Fatal(err)
			}
			site := c.Sites[0]
			all, err := prove.New(site).Representatives()
			if err != nil {
				t.Fatal(err)
			}
			asked := map[string]int{}
			for _, q := range all {
				r, can := asWalked(site, q)
				if !can {
					asked["not "+q.As]++
					continue
				}
				asked[q.As]++
				if d := disagreement(world, site, r, q); d != "" {
					t.Errorf("%s", d)
				}
			}
			t.Logf("%d requests, by caller: %v", len(all), asked)
		})
	}
}

// asWalked is a request of athens-kfn prove in the words of a walk.
func asWalked(site *v1alpha1.AthensSite, q prove.Request) (walk.Request, bool) {
	r := walk.Request{From: q.As, Host: q.Host, Headers: maps.Clone(q.Headers)}
	if r.From == prove.Stranger {
		r.From = "stranger"
	}
	if q.To == "" {
		scheme := "https"
		if q.Port == prove.PlainPort {
			scheme = "http"
		}
		if r.Host == site.Spec.Host {
			r.Host = ""
		}
		r.Line = q.Method + " " + scheme + "://{host}" + q.Path
		return r, true
	}
	if q.Port != 0 || q.To != "athens" && q.To != "list" {
		return r, false
	}
	r.Host = "" // inside the mesh it is the Service's: prove goes by that
	r.Line = q.Method + " http://{" + q.To + "}" + q.Path
	return r, true
}
