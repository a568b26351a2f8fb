package mesh

import (
	"slices"
	"strings"
	"testing"

	"istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

type request struct{ caller, program, method, host, path, fdid string }

// like is how a policy's strings match: a star at one end, or the whole value.
func like(patterns []string, s string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		switch {
		case strings.HasPrefix(p, "*"):
			return strings.HasSuffix(s, p[1:])
		case strings.HasSuffix(p, "*"):
			return strings.HasPrefix(s, p[:len(p)-1])
		}
		return s == p
	})
}

func either(patterns []string, s string) bool { return len(patterns) == 0 || like(patterns, s) }

func ruleHits(r *v1beta1.Rule, q request) bool {
	hit := len(r.GetFrom()) == 0
	for _, f := range r.GetFrom() {
		hit = hit || like(f.GetSource().GetPrincipals(), q.caller)
	}
	for _, to := range r.GetTo() {
		op := to.GetOperation()
		hit = hit && either(op.GetMethods(), q.method) && either(op.GetPaths(), q.path) && either(op.GetHosts(), q.host) &&
			!like(op.GetNotPaths(), q.path)
	}
	for _, w := range r.GetWhen() {
		hit = hit && either(w.GetValues(), q.fdid) && !like(w.GetNotValues(), q.fdid)
	}
	return hit
}

// allowed by the policies that select the program's pods ("" = the gateway's).
func allowed(site *v1alpha1.AthensSite, q request) bool {
	labels := site.Spec.Gateway.Workload().Labels
	namespace := site.Spec.Gateway.Workload().Namespace
	if q.program != "" {
		labels, namespace = generators.Selector(site, q.program), site.Namespace
	}
	allow, denied := namespace != site.Namespace, false
	for _, o := range Authorization(site) {
		p := o.(*securityv1.AuthorizationPolicy)
		selected := p.Namespace == namespace
		for k, v := range p.Spec.GetSelector().GetMatchLabels() {
			selected = selected && labels[k] == v
		}
		if !selected {
			continue
		}
		hit := slices.ContainsFunc(p.Spec.GetRules(), func(r *v1beta1.Rule) bool { return ruleHits(r, q) })
		if p.Spec.GetAction() == v1beta1.AuthorizationPolicy_DENY {
			denied = denied || hit
		} else {
			allow = allow || hit
		}
	}
	return allow && !denied
}

const (
	gw       = "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account"
	lathens  = "cluster.local/ns/modules/sa/goproxy-lathens"
	crathens = "cluster.local/ns/modules/sa/goproxy-crathens"
)

func TestAuthorization(t *testing.T) {
	paths := map[string][]string{
		"list":    {"/github.com/%21azure/sdk/@v/list", "/golang.org/x/mod/@latest"},
		"info":    {"/golang.org/x/mod/@v/v0.17.0.info"},
		"module":  {"/golang.org/x/mod/@v/v0.17.0.mod", "/a/b/@v/v1.0.0+incompatible.zip"},
		"sumdb":   {"/sumdb/sum.golang.org/supported", "/sumdb/sum.golang.org/lookup/golang.org/x/mod@v0.17.0"},
		"healthz": {"/healthz"},
		"catalog": {"/catalog"},
		"private": {"/index", "/metrics", "/", "/readyz", "/version", "/catalog/", "/healthz/x"},
	}
	classes := []string{"list", "sumdb", "info", "module", "healthz", "catalog", "private"}
	for _, c := range []struct{ name, spec, caller, program, want string }{
		{"gateway at lathens", "", gw, generators.Lathens, "list sumdb"},
		{"gateway at Athens", "", gw, generators.Athens, "list sumdb info module healthz"},
		{"gateway at crathens", "", gw, generators.Crathens, ""},
		{"lathens at Athens", "", lathens, generators.Athens, "list sumdb"},
		{"lathens at lathens", "", lathens, generators.Lathens, ""},
		{"crathens at lathens", "", crathens, generators.Lathens, ""},
		{"lathens is off", "lathens: {enabled: false}", gw, generators.Athens, "list sumdb info module healthz"},
		{"no policy for a lathens that is off", "lathens: {enabled: false}", lathens, generators.Athens, ""},
		{"no policy for a crathens that is off", "crathens: {enabled: false}", crathens, generators.Athens, ""},
		{"a pod of another namespace", "", "cluster.local/ns/other/sa/goproxy-lathens", generators.Athens, ""},
		{"plain text", "", "", generators.Athens, ""},
		{"another trust domain", "mesh: {trustDomain: td.example.com}", gw, generators.Athens, ""},
	} {
		site := newSite(t, c.spec)
		for _, class := range classes {
			for _, path := range paths[class] {
				for _, method := range []string{"GET", "HEAD", "POST", "PUT"} {
					q := request{c.caller, c.program, method, "goproxy.example.com", path, ""}
					want := slices.Contains(strings.Fields(c.want), class) && (method == "GET" || method == "HEAD")
					if got := allowed(site, q); got != want {
						t.Errorf("%s: %s %s: allowed %v, want %v", c.name, method, path, got, want)
					}
				}
			}
		}
	}
}

func TestCrathensReadsCatalogListsInfoAndMod(t *testing.T) {
	site := newSite(t, "")
	for path, want := range map[string]bool{
		"/catalog":             true,
		"/m/@v/list":           true,
		"/m/@latest":           true,
		"/m/@v/v1.0.0.info":    true,
		"/m/@v/v1.0.0.mod":     true,
		"/m/@v/v1.0.0.zip":     false,
		"/index":               false,
		"/sumdb/x/lookup/y@v1": false,
	} {
		if got := allowed(site, request{crathens, generators.Athens, "GET", "", path, ""}); got != want {
			t.Errorf("GET %s: %v, want %v", path, got, want)
		}
		if allowed(site, request{crathens, generators.Athens, "HEAD", "", path, ""}) {
			t.Errorf("HEAD %s is allowed", path)
		}
	}
}

func TestFrontDoor(t *testing.T) {
	site := newSite(t, "edge: {frontDoor: {id: "+frontDoorID+"}}")
	const host, list, info = "goproxy.example.com", "/m/@v/list", "/m/@v/v1.0.0.info"
	for _, c := range []struct {
		name string
		q    request
		want bool
	}{
		{"through it", request{"", "", "GET", host, info, frontDoorID}, true},
		{"past it", request{"", "", "GET", host, info, ""}, false},
		{"through another", request{"", "", "GET", host, info, "other"}, false},
		{"past it with a port", request{"", "", "GET", host + ":443", info, ""}, false},
		{"its probe", request{"", "", "HEAD", host, "/healthz", ""}, true},
		{"another site", request{"", "", "GET", "shop.example.com", "/", ""}, true},
		{"Athens, through it", request{gw, generators.Athens, "GET", host, info, frontDoorID}, true},
		{"Athens, past it", request{gw, generators.Athens, "GET", host, info, ""}, false},
		{"Athens, its probe", request{gw, generators.Athens, "GET", host, "/healthz", ""}, true},
		{"lathens, through it", request{gw, generators.Lathens, "GET", host, list, frontDoorID}, true},
		{"lathens, past it", request{gw, generators.Lathens, "GET", host, list, ""}, false},
		{"lathens asks Athens", request{lathens, generators.Athens, "GET", "", list, ""}, true},
	} {
		if got := allowed(site, c.q); got != c.want {
			t.Errorf("%s: allowed %v, want %v", c.name, got, c.want)
		}
	}
	for _, o := range Authorization(site) {
		p := o.(*securityv1.AuthorizationPolicy)
		if p.Spec.GetAction() != v1beta1.AuthorizationPolicy_DENY {
			continue
		}
		for _, r := range p.Spec.GetRules() {
			// Without ports, a DENY of HTTP attributes denies all raw TCP.
			if got := r.GetTo()[0].GetOperation().GetPorts(); len(got) != 1 || got[0] != "8443" {
				t.Errorf("ports %v, want those of the gateway's pods", got)
			}
		}
	}
}

// TestPathsCanMatch: a slash before a leading star is taken and never matches,
// and so is a star inside.
func TestPathsCanMatch(t *testing.T) {
	for _, o := range Authorization(newSite(t, full)) {
		for _, r := range o.(*securityv1.AuthorizationPolicy).Spec.GetRules() {
			for _, to := range r.GetTo() {
				for _, p := range append(to.Operation.Paths, to.GetOperation().GetNotPaths()...) {
					if strings.Contains(strings.TrimSuffix(strings.TrimPrefix(p, "*"), "*"), "*") ||
						strings.HasPrefix(p, "*") && strings.HasSuffix(p, "*") {
						t.Errorf("%s: %s", o.GetName(), p)
					}
				}
			}
		}
	}
}
