package envoy

import (
	"testing"

	rbacv3 "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

func regex(re string) *matcherv3.StringMatcher {
	return &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_SafeRegex{SafeRegex: &matcherv3.RegexMatcher{Regex: re}}}
}

func exact(s string) *matcherv3.StringMatcher {
	return &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Exact{Exact: s}}
}

func header(name string, m *matcherv3.StringMatcher, invert, empty bool) *routev3.HeaderMatcher {
	return &routev3.HeaderMatcher{
		Name: name, InvertMatch: invert, TreatMissingHeaderAsEmpty: empty,
		HeaderMatchSpecifier: &routev3.HeaderMatcher_StringMatch{StringMatch: m},
	}
}

func TestMatchHeader(t *testing.T) {
	r := Request{Method: "GET", Authority: "Host", Path: "/a/@v/list?x=1", Headers: map[string]string{"x": "1"}}
	for _, c := range []struct {
		name string
		m    *routev3.HeaderMatcher
		want bool
	}{
		{"equal", header("X", exact("1"), false, false), true},
		{"other", header("x", exact("2"), false, false), false},
		{"not other", header("x", exact("2"), true, false), true},
		{"a missing header matches nothing", header("y", exact("2"), false, false), false},
		{"not even inverted", header("y", exact("2"), true, false), false},
		{"unless it represents the empty one", header("y", exact("2"), true, true), true},
		{"regular expressions match all of it", header(":method", regex("GE"), false, false), false},
		{"method", header(":method", regex("GET|HEAD"), false, false), true},
		{"the path header has the query", header(":path", regex("/a/@v/list"), false, false), false},
		{"authority", header(":authority", exact("Host"), false, false), true},
	} {
		if got := matchHeader(c.m, r); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestMatchRoute(t *testing.T) {
	m := &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_SafeRegex{SafeRegex: &matcherv3.RegexMatcher{Regex: ".+/@v/list"}}}
	for path, want := range map[string]bool{
		"/a/@v/list": true, "/a/@v/list?x=1": true, "/a/@v/list/more": false, "/x?/@v/list": false, "/a/@v/list\n": false,
	} {
		if got := matchRoute(m, Request{Path: path}); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}

func TestVirtualHost(t *testing.T) {
	routes := &routev3.RouteConfiguration{IgnorePortInHostMatching: true}
	for _, d := range []string{"a.example.com", "*.example.com", "*", "a.*"} {
		routes.VirtualHosts = append(routes.VirtualHosts, &routev3.VirtualHost{Name: d, Domains: []string{d}})
	}
	for host, want := range map[string]string{
		"a.example.com": "a.example.com", "A.Example.com:443": "a.example.com", "b.example.com": "*.example.com", "a.org": "a.*", "x.org": "*",
	} {
		if got := virtualHost(routes, host).GetName(); got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
}

// TestAllows: no rules allow, ALLOW without a policy denies, and a caller
// without a certificate has no identity.
func TestAllows(t *testing.T) {
	policy := func(p *rbacv3.Principal) map[string]*rbacv3.Policy {
		return map[string]*rbacv3.Policy{"p": {
			Permissions: []*rbacv3.Permission{{Rule: &rbacv3.Permission_Any{Any: true}}},
			Principals:  []*rbacv3.Principal{p},
		}}
	}
	caller := &rbacv3.Principal{Identifier: &rbacv3.Principal_Authenticated_{Authenticated: &rbacv3.Principal_Authenticated{PrincipalName: exact("spiffe://a")}}}
	not := &rbacv3.Principal{Identifier: &rbacv3.Principal_NotId{NotId: caller}}
	for _, c := range []struct {
		name  string
		rules *rbacv3.RBAC
		peer  string
		want  bool
	}{
		{"no rules", nil, "", true},
		{"ALLOW without a principal", &rbacv3.RBAC{Action: rbacv3.RBAC_ALLOW}, "spiffe://a", false},
		{"DENY without a principal", &rbacv3.RBAC{Action: rbacv3.RBAC_DENY}, "spiffe://a", true},
		{"ALLOW the caller", &rbacv3.RBAC{Policies: policy(caller)}, "spiffe://a", true},
		{"ALLOW another", &rbacv3.RBAC{Policies: policy(caller)}, "spiffe://b", false},
		{"ALLOW, without certificate", &rbacv3.RBAC{Policies: policy(caller)}, "", false},
		{"ALLOW all but one", &rbacv3.RBAC{Policies: policy(not)}, "spiffe://b", true},
		{"DENY the caller", &rbacv3.RBAC{Action: rbacv3.RBAC_DENY, Policies: policy(caller)}, "spiffe://a", false},
	} {
		if got := allows(c.rules, Conn{Peer: c.peer}, nil); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
