package diff

import (
	"net/http"
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/internal/spectest"
)

// What a rule does not say is told in words, and what prove cannot judge is no
// caller or request that the policy names.
func TestPermissions_OfRulesWithoutContent(t *testing.T) {
	for rules, want := range map[string]string{
		"[{}]":                                "+ anyone may use any method on any path at athens",
		"[{from: [{}]}]":                      "+ an unknown caller (from without a source) may use any method on any path at athens",
		"[{from: [{source: {}}]}]":            "+ an unknown caller (from without a source) may use any method on any path at athens",
		"[{to: [{operation: {}}]}]":           "+ anyone may send unknown requests (to without an operation) at athens",
		"[{to: [{operation: {paths: [/]}}]}]": "+ anyone may use any method on / at athens",
	} {
		policy := Object{ID: krm.ID{Kind: "AuthorizationPolicy", Namespace: "a", Name: "b"}, tree: spectest.Node(t, "{spec: {selector: {matchLabels: {app.kubernetes.io/name: athens}}, rules: "+rules+"}}")}
		got := permissions(nil, []Object{policy})
		if len(got) != 1 || got[0].Text != want || !got[0].Warning {
			t.Errorf("%s: %+v, want %s", rules, got, want)
		}
	}
}

func TestAnswers_NameAPolicyThatRefuses(t *testing.T) {
	const policy = "a/b"
	for _, c := range []struct {
		name     string
		old, now prove.Answer
		want     string
	}{
		{"refused", prove.Answer{Status: http.StatusOK}, prove.Answer{Status: http.StatusForbidden, Policy: policy}, "status 200 → 403 (a/b)"},
		{"allowed", prove.Answer{Status: http.StatusForbidden}, prove.Answer{Status: http.StatusOK, Policy: policy}, "status 403 → 200 (a/b)"},
		{"a route and its policy", prove.Answer{Status: http.StatusNotFound}, prove.Answer{Status: http.StatusOK, Policy: policy}, "status 404 → 200 (a/b)"},
		{"a policy that is gone", prove.Answer{Status: http.StatusForbidden, Policy: policy}, prove.Answer{Status: http.StatusOK}, "status 403 → 200 (a/b)"},
		{"no route", prove.Answer{Status: http.StatusOK, Policy: policy}, prove.Answer{Status: http.StatusNotFound}, "status 200 → 404"},
	} {
		if got := answers(&c.old, &c.now); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
