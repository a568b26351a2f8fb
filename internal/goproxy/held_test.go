package goproxy_test

import (
	"maps"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	networking "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/internal/atoms"
	"github.com/gomods/athens-kfn/internal/envoypath"
	"github.com/gomods/athens-kfn/internal/goproxy"
	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators/mesh"
)

// Package mesh may not import the grammar: these tests hold what it renders against it, over
// every path that an Envoy hands on.

// more is what a route or policy may accept beyond the grammar, as whole paths.
var more = map[string]string{
	// Routes look at the end of a path and at its /@v/, so that a new form of module paths or
	// versions needs no new route. Athens answers 404 or 400 to what is not a module.
	"list":   `/.+/@v/list`,
	"latest": `/.+/@latest`,
	"info":   `/.+/@v/.+\.info`,
	"mod":    `/.+/@v/.+\.mod`,
	"zip":    `/.+/@v/.+\.zip`,
	// Databases have endpoints of their own choice below their name. Athens answers 404 for a database
	// that is not in its list.
	"sumdb": `/sumdb/.*`,
	// A glob has one star, at an end: it cannot ask for a module in front of a suffix.
	"*list": `.*/@v/list`, "*latest": `.*/@latest`, "*info": `.*\.info`, "*mod": `.*\.mod`, "*zip": `.*\.zip`,
	"healthz": `/healthz`, "catalog": `/catalog`,
}

// sites differ in the routes and policies that they have.
func sites(t *testing.T) map[string]*v1alpha1.AthensSite {
	frontDoor := `edge: {frontDoor: {id: 00000000-0000-4000-8000-000000000000}}`
	return map[string]*v1alpha1.AthensSite{
		"minimal":           spectest.Site(t, "modules"),
		"without lathens":   spectest.Site(t, "modules", `lathens: {enabled: false}`),
		"behind Front Door": spectest.Site(t, "modules", frontDoor),
		"with regions":      spectest.Site(t, "modules", `gateway: {catalogClients: [{cidrs: [192.0.2.0/24]}]}`),
		"with clients":      spectest.Site(t, "modules", `gateway: {clients: [{name: a, cidrs: [192.0.2.0/24]}]}`),
	}
}

func TestRoutes_AcceptTheProtocolAndWhatIsListed(t *testing.T) {
	want := map[string][]string{
		"list": {"list", "latest"}, "module": {"info", "mod"}, "zip": {"zip"}, "sumdb": {"sumdb"}, "healthz": {"healthz"}, "catalog": {"catalog"},
	}
	for name, site := range sites(t) {
		var before []string
		met := map[string]bool{}
		for _, o := range mesh.Routes(site) {
			for _, r := range o.(*networkingv1.VirtualService).Spec.GetHttp() {
				var own []string
				for _, m := range r.GetMatch() {
					if m.GetUri() != nil {
						own = append(own, matched(m.GetUri()))
					}
				}
				if kinds := want[r.GetName()]; r.GetDirectResponse() == nil {
					met[r.GetName()] = true
					accepts(t, name+": route "+r.GetName(), own, before, kinds, kinds)
				}
				before = append(before, own...)
			}
		}
		for _, kind := range []string{"list", "module", "zip", "sumdb", "healthz"} {
			if !met[kind] {
				t.Errorf("%s: no route %s", name, kind)
			}
		}
	}
}

func matched(m *networking.StringMatch) string {
	switch {
	case m.GetExact() != "":
		return regexp.QuoteMeta(m.GetExact())
	case m.GetPrefix() != "":
		return regexp.QuoteMeta(m.GetPrefix()) + `.*`
	}
	return m.GetRegex()
}

func TestPolicies_AllowTheProtocolAndWhatIsListed(t *testing.T) {
	cached := []string{"list", "latest", "sumdb"}
	modules := []string{"info", "mod", "zip"}
	want := map[string][]string{
		"gateway-to-lathens": cached,
		"gateway-to-athens":  slices.Concat(cached, modules, []string{"healthz"}),
		"lathens-to-athens":  cached,
		"crathens-to-athens": {"catalog", "list", "latest", "info", "mod"},
		"regions-to-athens":  {"catalog"},
		"deny-all":           nil,
	}
	for name, site := range sites(t) {
		for _, o := range mesh.Authorization(site) {
			p := o.(*securityv1.AuthorizationPolicy)
			kinds, known := want[strings.TrimPrefix(p.Name, site.Name+"-")]
			if !known || p.Namespace != site.Namespace {
				continue // of the gateway: it refuses callers, not paths
			}
			var globs []string
			for _, r := range p.Spec.GetRules() {
				for _, to := range r.GetTo() {
					for _, g := range to.GetOperation().GetPaths() {
						globs = append(globs, strings.ReplaceAll(regexp.QuoteMeta(g), `\*`, `.*`))
					}
				}
			}
			var may []string
			for _, k := range kinds {
				if more["*"+k] != "" {
					k = "*" + k
				}
				may = append(may, k)
			}
			accepts(t, name+": policy "+p.Name, globs, nil, kinds, may)
		}
	}
}

// accepts holds expressions, of which each path that one of those before takes is not theirs,
// against kinds: nothing of one may be missing, and nothing else be in but what more lists of may.
func accepts(t *testing.T, who string, own, before, kinds, may []string) {
	t.Helper()
	var of []*atoms.Language
	number := func(expressions ...string) (at []int) {
		for _, e := range expressions {
			at = append(at, len(of))
			of = append(of, language(t, e))
		}
		return at
	}
	in, taken := number(own...), number(before...)
	var needed, allowed []int
	for _, k := range kinds {
		needed = append(needed, number(grammar(k))...)
	}
	for _, k := range may {
		allowed = append(allowed, number(more[k])...)
	}
	found, err := atoms.Split(normal(t), of)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range found {
		any := func(of []int) bool {
			return slices.ContainsFunc(of, func(i int) bool { return slices.Contains(a.In, i) })
		}
		is := any(in) && !any(taken)
		if any(needed) && !is {
			t.Errorf("%s does not take %s", who, a.Shortest)
		}
		if is && !any(needed) && !any(allowed) {
			t.Errorf("%s takes %s, which is not of the protocol and not listed", who, a.Shortest)
		}
		if !is && any(allowed) && !any(taken) {
			t.Errorf("%s does not take %s, which is listed: shorten the list", who, a.Shortest)
		}
	}
}

func grammar(kind string) string {
	for _, g := range goproxy.Protocol {
		if g.Name == kind {
			return g.Paths
		}
	}
	return more[kind]
}

func language(t *testing.T, expression string) *atoms.Language {
	t.Helper()
	l, err := atoms.Regexp(expression)
	if err != nil {
		t.Fatal(expression, err)
	}
	return l
}

// normal are all paths that an Envoy hands on.
func normal(t *testing.T) *atoms.Language {
	return language(t, envoypath.Normal).Without(language(t, envoypath.Escaped))
}

// parsed is the kind that lathens caches a path as; empty for one that it does not.
func parsed(path string) string {
	path, err := url.PathUnescape(path)
	if err != nil {
		return ""
	}
	if _, kind, ok := goproxy.Parse(path); ok {
		return string(kind)
	}
	if goproxy.ValidSumDB(path) {
		return "sumdb"
	}
	return ""
}

// sooner decoded are paths with an escape of what has a meaning in the protocol, and what go
// commands send as it is: net/url undoes it before a parser sees the path. lathens keeps, and asks
// for, what the path means.
const soonerDecoded = `.*%(?:2[Ff]|3[Aa]|40).*`

// TestParsers_TakeTheGrammar and nothing else, but for what is listed: over one path of each
// kind that grammar and lists tell apart, and random ones.
func TestParsers_TakeTheGrammar(t *testing.T) {
	all := map[string]string{}
	maps.Copy(all, more)
	for _, g := range goproxy.Protocol {
		all["protocol "+g.Name] = g.Paths
	}
	var of []*atoms.Language
	for _, name := range slices.Sorted(maps.Keys(all)) {
		of = append(of, language(t, all[name]))
	}
	found, err := atoms.Split(normal(t), of)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, a := range found {
		paths = append(paths, a.Shortest)
	}
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	for range 100_000 {
		path := pick("/", "/", "/golang.org", "/golang.org/x", "/sumdb/sum.golang.org", "/sumdb/sum.golang.org/lookup/a.b/c@v1")
		for range random.IntN(5) {
			path += pick("/", "/a.b", "/v2", "/@v", "/sumdb", "/lookup", "/tile/8/0/000", "/supported", ".p/7", "/list",
				"!a", "%21a", "a", "Z", "-", "_", "~", ".", "..", "+", "@", "%40", "%2F", "%2f", "%25", "%20", "%23", ":", "(", "=", "%C3%A9", ".info")
		}
		path += pick("", "/@v/list", "/@latest")
		if p, ok := envoypath.Normalize(path, envoypath.HTTP1); ok {
			paths = append(paths, p)
		}
	}
	decoded, failed, taken := language(t, soonerDecoded), 0, 0
	kinds := map[string]*atoms.Language{}
	for _, g := range goproxy.Protocol {
		kinds[g.Name] = language(t, g.Paths)
	}
	for _, p := range paths {
		want := ""
		for _, kind := range []string{"list", "latest", "sumdb"} {
			if kinds[kind].Has(p) {
				want = kind
				taken++
			}
		}
		if got := parsed(p); got != want && (want != "" || !decoded.Has(p)) && failed < 20 {
			failed++
			t.Errorf("%s: lathens takes it as %q, the grammar as %q", p, got, want)
		}
	}
	if taken < 1000 {
		t.Errorf("%d paths are of the grammar: the others show little", taken)
	}
}
