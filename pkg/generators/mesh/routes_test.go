package mesh

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func httpRoutes(site *v1alpha1.AthensSite) []*v1alpha3.HTTPRoute {
	return Routes(site)[0].(*networkingv1.VirtualService).Spec.GetHttp()
}

// matches is Envoy's matching: regular expressions cover the whole value.
func matches(m *v1alpha3.StringMatch, s string) bool {
	switch m := m.GetMatchType().(type) {
	case *v1alpha3.StringMatch_Exact:
		return s == m.Exact
	case *v1alpha3.StringMatch_Prefix:
		return strings.HasPrefix(s, m.Prefix)
	case *v1alpha3.StringMatch_Regex:
		return regexp.MustCompile(`\A(?:` + m.Regex + `)\z`).MatchString(s)
	}
	return true
}

func routeOf(routes []*v1alpha3.HTTPRoute, method, path string) *v1alpha3.HTTPRoute {
	for _, r := range routes {
		hit := len(r.GetMatch()) == 0
		for _, m := range r.GetMatch() {
			this := matches(m.GetUri(), path)
			for name, value := range m.GetWithoutHeaders() {
				this = this && name == ":method" && !matches(value, method)
			}
			hit = hit || this
		}
		if hit {
			return r
		}
	}
	return nil
}

func TestRouteOf(t *testing.T) {
	routes := httpRoutes(newSite(t, ""))
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/github.com/pkg/errors/@v/list", "list"},
		{"HEAD", "/github.com/pkg/errors/@v/list", "list"},
		{"GET", "/github.com/pkg/errors/@latest", "list"},
		{"GET", "/github.com/%21azure/azure-sdk-for-go/@v/list", "list"},
		{"GET", "/github.com/!azure/azure-sdk-for-go/@latest", "list"},
		{"GET", "/gopkg.in/yaml.v3/@v/list", "list"},
		{"GET", "/golang.org/x/mod/@v/v0.17.0.info", "module"},
		{"GET", "/golang.org/x/mod/@v/v0.17.0.mod", "module"},
		{"HEAD", "/golang.org/x/mod/@v/v0.17.0.zip", "zip"},
		{"GET", "/golang.org/x/mod/@v/v0.17.0.zip", "zip"},
		{"GET", "/github.com/docker/docker/@v/v24.0.7+incompatible.zip", "zip"},
		{"GET", "/golang.org/x/exp/@v/v0.0.0-20240119083558-1b970713d09a.info", "module"},
		{"GET", "/github.com/%21burnt%21sushi/toml/@v/v1.3.2.mod", "module"},
		{"GET", "/golang.org/x/mod/@v/master.info", "module"},
		{"GET", "/golang.org/x/mod/@v/feature%2Fx.info", "module"},
		{"GET", "/sumdb/sum.golang.org/supported", "sumdb"},
		{"GET", "/sumdb/sum.golang.org/lookup/golang.org/x/mod@v0.17.0", "sumdb"},
		{"GET", "/sumdb/sum.golang.org/tile/8/0/x123/456.p/7", "sumdb"},
		{"GET", "/healthz", "healthz"},
		// Outside the protocol.
		{"GET", "/", "not-found"},
		{"GET", "/catalog", "not-found"},
		{"GET", "/catalog.info", "not-found"},
		{"GET", "/index", "not-found"},
		{"GET", "/metrics", "not-found"},
		{"GET", "/readyz", "not-found"},
		{"GET", "/healthz/", "not-found"},
		{"GET", "/sumdb", "not-found"},
		{"GET", "/@v/list", "not-found"},
		{"GET", "/@latest", "not-found"},
		{"GET", "/golang.org/x/mod/@v/", "not-found"},
		{"GET", "/golang.org/x/mod/@v/.info", "not-found"},
		{"GET", "/golang.org/x/mod/@v/v0.17.0.ziphash", "not-found"},
		{"GET", "/golang.org/x/mod/@v/v0x17y0xinfo", "not-found"},
		{"GET", "/golang.org/x/mod/@v/list/more", "not-found"},
		{"GET", "/golang.org/x/mod/v/list", "not-found"},
		{"GET", "/golang.org/x/modlist", "not-found"},
		// Odd, but the last part decides.
		{"GET", "/a/@v/list/b/@v/v1.0.0.info", "module"},
		{"GET", "/a/@v/list/@latest", "list"},
		// Other methods, whatever the path.
		{"POST", "/golang.org/x/mod/@v/list", "other-methods"},
		{"DELETE", "/healthz", "other-methods"},
		{"OPTIONS", "/", "other-methods"},
		{"get", "/healthz", "other-methods"},
		{"GETX", "/healthz", "other-methods"},
	} {
		if got := routeOf(routes, c.method, c.path).GetName(); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.method, c.path, got, c.want)
		}
	}
}

func TestRoutesAreNamedAndLeadSomewhere(t *testing.T) {
	for spec, list := range map[string]string{
		"":                          "goproxy-list.modules.svc.cluster.local",
		"lathens: {enabled: false}": "goproxy-athens.modules.svc.cluster.local",
	} {
		names := []string{}
		for _, r := range httpRoutes(newSite(t, spec)) {
			if r.GetName() == "" || slices.Contains(names, r.GetName()) {
				t.Errorf("name %q", r.GetName())
			}
			names = append(names, r.GetName())
			if r.GetDirectResponse() != nil {
				continue
			}
			want := "goproxy-athens.modules.svc.cluster.local"
			if r.GetName() == "list" || r.GetName() == "sumdb" {
				want = list
			}
			d := r.GetRoute()[0].GetDestination()
			if d.GetHost() != want || d.GetPort().GetNumber() != 80 {
				t.Errorf("%s leads to %s:%d, want %s:80", r.GetName(), d.GetHost(), d.GetPort().GetNumber(), want)
			}
		}
	}
}

// TestTriesFitIntoTheTimeout: no other test checks that.
func TestTriesFitIntoTheTimeout(t *testing.T) {
	for _, spec := range []string{
		"",
		"gateway: {timeouts: {list: 10s}}",
		"gateway: {timeouts: {list: 1s}}",
		"edge: {frontDoor: {id: " + frontDoorID + ", originTimeout: 100s}}",
		"lathens: {enabled: false}",
	} {
		for _, r := range httpRoutes(newSite(t, spec)) {
			if r.GetRetries().GetPerTryTimeout() == nil {
				continue
			}
			try := r.GetRetries().GetPerTryTimeout().AsDuration()
			if all := try * time.Duration(r.GetRetries().GetAttempts()+1); all > r.GetTimeout().AsDuration() {
				t.Errorf("%q: %s: %d tries of %s do not fit into %s", spec, r.GetName(), r.GetRetries().GetAttempts()+1, try, r.GetTimeout().AsDuration())
			}
			if try <= 0 || try%time.Millisecond != 0 {
				t.Errorf("%q: %s: perTryTimeout %s is not in whole milliseconds", spec, r.GetName(), try)
			}
		}
	}
}

func TestRetries(t *testing.T) {
	for _, c := range []struct {
		spec, path string
		perTry     time.Duration
		repeats    bool // also what Athens has answered, with an error
	}{
		{"", "/m/@v/list", 10 * time.Second, true},
		{"lathens: {enabled: false}", "/m/@v/list", 0, false},
		{"", "/m/@v/v1.0.0.info", 0, false},
		{"", "/m/@v/v1.0.0.zip", 0, false},
		{"", "/sumdb/x/supported", 0, false},
	} {
		r := routeOf(httpRoutes(newSite(t, c.spec)), "GET", c.path)
		if got := r.GetRetries().GetPerTryTimeout().AsDuration(); got != c.perTry {
			t.Errorf("%q %s: perTryTimeout %s, want %s", c.spec, c.path, got, c.perTry)
		}
		on := strings.Split(r.GetRetries().GetRetryOn(), ",")
		repeats := slices.ContainsFunc(on, func(s string) bool {
			return slices.Contains([]string{"5xx", "gateway-error", "500", "501", "502", "504"}, s)
		})
		if repeats != c.repeats {
			t.Errorf("%q %s: retryOn %s", c.spec, c.path, r.GetRetries().GetRetryOn())
		}
		// reset: a try that was too slow, and a pod that died under one. 503: a
		// sidecar without its program.
		for _, s := range []string{"connect-failure", "refused-stream", "reset", "503"} {
			if !slices.Contains(on, s) {
				t.Errorf("%q %s: retryOn %s without %s", c.spec, c.path, r.GetRetries().GetRetryOn(), s)
			}
		}
		// A hash would ignore it; by load, Athens or another zone comes next.
		if c.perTry == 0 && !r.GetRetries().GetRetryRemoteLocalities().GetValue() {
			t.Errorf("%q %s: every try goes to the caller's zone", c.spec, c.path)
		}
	}
}

func TestTimeouts(t *testing.T) {
	routes := httpRoutes(newSite(t, "edge: {frontDoor: {id: "+frontDoorID+"}}"))
	for path, want := range map[string]time.Duration{
		"/healthz":          5 * time.Second,
		"/m/@latest":        40 * time.Second,
		"/m/@v/v1.0.0.mod":  240 * time.Second,
		"/sumdb/x/lookup/y": 120 * time.Second,
	} {
		if got := routeOf(routes, "GET", path).GetTimeout().AsDuration(); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if zip := routeOf(routes, "GET", "/m/@v/v1.0.0.zip"); zip.GetTimeout() != nil {
		t.Errorf("zip has timeout %s; Istio takes none only where there is none", zip.GetTimeout().AsDuration())
	}
}
