package prove

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/envoypath"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// example of the folder examples; nil for one without a mesh.
func example(t testing.TB, name string) *v1alpha1.AthensSite {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("../../examples", name, "site.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	nodes, err := krm.SitesIn(content)
	if err != nil {
		t.Fatal(err)
	}
	s, problems := strict.Load[v1alpha1.AthensSite](nodes[0])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if !generators.Meshed(s) {
		return nil
	}
	return s
}

func TestAll_PromisesOfTheExamplesAreProven(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/site.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no examples", err)
	}
	for _, file := range files {
		s := example(t, filepath.Base(filepath.Dir(file)))
		if s == nil {
			continue
		}
		report := New(s).All(false)
		for _, p := range report.Promises {
			if p.Verdict != Proven {
				t.Errorf("%s: %s: %s %v %+v", file, p.Name, p.Verdict, p.Unknown, p.Witness)
			}
		}
	}
}

// The oracle: whatever is asked, short or random, is in exactly one region, and
// has its answer.
func TestLooks_DecideTheAnswer(t *testing.T) {
	for _, name := range []string{"production", "private", "aks-multiregion"} {
		w := New(example(t, name))
		s, regions, err := newProver().regions(w, nil, w.askers())
		if err != nil {
			t.Fatal(err)
		}
		by := map[asker][]region{}
		for _, r := range regions {
			by[r.asker] = append(by[r.asker], r)
		}
		host := w.site.Spec.Host
		hosts := []string{host, strings.ToUpper(host), host + ":443", host + ":x", host + ".", "x" + host, "other.example.net", "a:b"}
		ids := []string{"-", "", "zzz", "zzz,zzz"}
		if fd := w.site.Spec.Edge.FrontDoor; fd != nil {
			ids = append(ids, fd.ID, fd.ID+"0", "zzz,"+fd.ID)
		}
		random := rand.New(rand.NewPCG(1, 2))
		pick := func(of ...string) string { return of[random.IntN(len(of))] }
		for range 2_000 {
			var path strings.Builder
			for range 1 + random.IntN(5) {
				path.WriteString(pick("/", "/", "/a", "/@v", "/list", "/@latest", "/sumdb", "/healthz", "/catalog", "/golang.org", ".info", ".mod", ".zip", "..", ".", ";", "%2f", "%40", "a", "@v/list", "%", "/index"))
			}
			p, ok := envoypath.Normalize("/"+strings.TrimPrefix(path.String(), "/"), envoypath.HTTP1)
			if !ok {
				continue
			}
			for a, of := range by {
				if random.IntN(8) > 0 {
					continue
				}
				r := Request{As: a.as, To: a.to, Port: a.port, Method: pick("GET", "GET", "HEAD", "POST", "get", "GETS"), Path: envoypath.Sent(p), Host: pick(hosts...), Headers: map[string]string{}}
				if id := pick(ids...); id != "-" {
					r.Headers[frontDoorHeader] = id
				}
				i := slices.IndexFunc(of, func(one region) bool { return s.contains(one.box, r, p) })
				if i < 0 {
					t.Fatalf("%s: %+v is in no region", name, r)
				}
				if want := &of[i]; !want.twice && len(want.answer.Unknown) == 0 {
					if got := w.Ask(r); got.Status != want.answer.Status || got.By != want.answer.By || got.Fallback != want.answer.Fallback || got.Route != want.answer.Route || len(got.Unknown) > 0 {
						t.Fatalf("%s: %+v gets %s by %s (%s), but its region %s by %s", name, r, got.Outcome(), got.By, got.Route, want.answer.Outcome(), want.answer.By)
					}
				}
			}
		}
	}
}

// contains says whether a request whose path the first Envoy hands on as p is in a
// box.
func (s *space) contains(b box, r Request, p string) bool {
	for i, name := range s.names {
		a, at := s.axes[name], -1
		switch value, there := r.Headers[strings.TrimPrefix(name, ofHeader)]; {
		case name == ofPath:
			at = a.atom(p)
		case name == ofMethod:
			at = a.atom(r.Method)
		case name == ofAuthority:
			at = a.atom(r.Host)
		case there:
			at = a.atom(value)
		default:
			at = len(a.atoms) - 1
		}
		if at < 0 || !b[i].has(at) {
			return false
		}
	}
	return true
}

func BenchmarkAll(b *testing.B) {
	s := example(b, "production")
	for range b.N {
		New(s).All(false)
	}
}

func BenchmarkAll_Again(b *testing.B) {
	s, p := example(b, "production"), newProver()
	for range b.N {
		New(s).all(p, true)
	}
}
