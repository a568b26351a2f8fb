package mesh

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// verdict is what athens-kfn prove and the walk through istiod's configuration
// both say about a request.
type verdict struct {
	Status                       int
	By, Fallback, Route, RetryOn string
	Timeout, PerTry              string
	Tries                        int
	MTLS, Seamless               bool
}

func proven(a prove.Answer) verdict {
	return verdict{a.Status, a.By, a.Fallback, a.Route, a.RetryOn, a.Timeout.String(), a.PerTry.String(), a.Tries, a.MTLS, a.Seamless}
}

func walked(r walk.Result, from string) verdict {
	v := verdict{r.Status, r.By, r.Fallback, r.Route, r.RetryOn, r.Timeout.String(), r.PerTry.String(), r.Tries, r.MTLS, r.Seamless}
	if from != "internet" && from != "region" && from != "unlisted" && !strings.HasPrefix(from, "client") {
		v.Route = "" // istiod's own name for a Service without a VirtualService
	}
	if r.By == "gateway" {
		v.Tries = 0 // it answers by itself
	}
	return v
}

// question is a walk's request in the words of athens-kfn prove; false for one
// that only a network can be asked.
func question(r walk.Request) (prove.Request, bool) {
	as, known := map[string]string{
		"client": prove.Client, "internet": prove.Internet, "region": prove.Region, "gateway": prove.Gateway, "stranger": prove.Stranger,
		"plain": prove.Plain, "lathens": "lathens", "crathens": "crathens", "athens": "athens",
	}[r.From]
	if r.From == "unlisted" || strings.HasPrefix(r.From, "client:") {
		as, known = r.From, true
	}
	method, url, isHTTP := strings.Cut(r.Line, " ")
	if !known || !isHTTP || r.SNI != "" || r.Headers["Authorization"] != "" {
		return prove.Request{}, false
	}
	q := prove.Request{As: as, Method: method, Headers: map[string]string{}}
	for name, value := range r.Headers {
		q.Headers[strings.ToLower(name)] = value
	}
	outside := as == prove.Internet || as == prove.Region || as == prove.Unlisted || strings.HasPrefix(as, prove.Client)
	for prefix, to := range map[string]string{"http://{athens}/": "athens", "http://{list}/": "list"} {
		if path, ok := strings.CutPrefix(url, prefix); ok && !outside && r.Host == "" {
			q.Path, q.To = "/"+path, to
			return q, true
		}
	}
	q.Path, q.Host = strings.TrimPrefix(url, "https://{host}"), r.Host
	if path, plain := strings.CutPrefix(url, "http://{host}/"); plain {
		q.Path, q.Port = "/"+path, prove.PlainPort
	}
	return q, outside && strings.HasPrefix(q.Path, "/")
}

// disagreement between the two about a request; "" if there is none.
func disagreement(world *walk.World, site *v1alpha1.AthensSite, r walk.Request, q prove.Request) string {
	result, err := world.Do(site, r)
	if err != nil {
		return err.Error()
	}
	answer := prove.New(site).Ask(q)
	diff := cmp.Diff(walked(result, r.From), proven(answer))
	if diff == "" {
		return ""
	}
	return fmt.Sprintf("%s: %s, host %q, headers %v (-istiod +prove):\n%s   istiod:%s\n   prove:%s",
		r.From, r.Line, r.Host, r.Headers, diff, indent(result.Steps), indent(answer.Steps))
}

// TestAgree asks athens-kfn prove and istiod the same: every row of the table
// that prove can be asked, at every site.
func TestAgree(t *testing.T) {
	rows := rows(t)
	asked, compared := map[string]bool{}, 0
	for _, c := range cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			world, err := deploy(t, c, cluster.Trouble{})
			if err != nil {
				t.Fatal(err)
			}
			for _, site := range c.Sites {
				for _, r := range rows {
					q, ok := question(r.request())
					if !ok || !r.about(site) {
						continue
					}
					asked[r.Name] = true
					compared++
					if d := disagreement(world, site, r.request(), q); d != "" {
						t.Errorf("%s\n%s", r, d)
					}
				}
			}
		})
	}
	t.Logf("%d of %d rows, compared %d times", len(asked), len(rows), compared)
	if len(asked) < 60 {
		t.Errorf("%d rows were compared, want at least 60", len(asked))
	}
}

// randomRequests to a site, the same in every run.
const randomRequests = 10_000

// TestAgreeAtRandom makes up requests, many of them odd.
func TestAgreeAtRandom(t *testing.T) {
	names := []string{"production", "minimal", "airgap", "s3"}
	random := rand.New(rand.NewPCG(1, 2))
	statuses := map[int]int{}
	for _, name := range names {
		c := example(t, name)
		world, err := deploy(t, c, cluster.Trouble{})
		if err != nil {
			t.Fatal(err)
		}
		site := c.Sites[0]
		for range randomRequests / len(names) {
			r := randomRequest(random, site)
			q, ok := question(r)
			if !ok {
				t.Fatalf("%+v cannot be asked", r)
			}
			statuses[prove.New(site).Ask(q).Status]++
			if d := disagreement(world, site, r, q); d != "" {
				t.Fatalf("%s: %s", name, d)
			}
		}
	}
	t.Logf("%d requests, by status: %v", randomRequests, statuses)
	for _, status := range []int{0, 200, 400, 403, 404, 405} {
		if statuses[status] == 0 {
			t.Errorf("no random request was answered with %d", status)
		}
	}
}

func randomRequest(random *rand.Rand, site *v1alpha1.AthensSite) walk.Request {
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	var path strings.Builder
	for range 1 + random.IntN(4) {
		path.WriteString("/" + one("golang.org", "x", "mod", "!azure", "%21azure", "%41zure", "a%2fb", "..", ".", "", "%2e%2e", "%2E", "v2", "%zz", "a b", `a\b`))
	}
	path.WriteString(one("/@v/list", "/@v/list", "/@latest", "/@v/v1.0.0.info", "/@v/v1.0.0.mod", "/@v/v1.0.0.zip", "/@v/.info", "/%40v/list", "/@v/../catalog", "/@v/list/", ""))
	target := one(path.String(), path.String(), path.String(), path.String(), "/catalog", "/index", "/metrics", "/healthz", "/healthz/", "/sumdb/sum.golang.org/lookup/x", "/sumdb", "/a%00b", "/sumdb/../catalog")
	target += one("", "", "", "?", "?x=/@v/list", "?a=b?c")
	lathens, crathens := *site.Spec.Lathens.Enabled, *site.Spec.Crathens.Enabled
	callers := []string{"client", "client", "client", "internet", "gateway", "athens", "stranger", "plain"}
	if lathens {
		callers = append(callers, "lathens")
	}
	if crathens {
		callers = append(callers, "crathens")
	}
	r := walk.Request{From: one(callers...), Headers: map[string]string{}}
	if r.From != "client" && r.From != "internet" {
		service := "http://{athens}"
		// Without an Envoy any pod may be picked.
		if lathens && r.From != "plain" && random.IntN(4) == 0 {
			service = "http://{list}"
		}
		target = service + target
	} else {
		r.Host = one("", "", "", "", site.Spec.Host+":443", "evil.example.net", strings.ToUpper(site.Spec.Host))
	}
	r.Line = one("GET", "GET", "GET", "HEAD", "POST", "PUT", "OPTIONS") + " " + target
	if id := one("", "", "11111111-2222-3333-4444-555555555555", "11111111", "*"); id != "" {
		r.Headers["X-Azure-FDID"] = id
	}
	return r
}
