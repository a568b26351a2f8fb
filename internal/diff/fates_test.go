package diff

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/krm"
)

// rendered are the objects of a golden, with a part of its text replaced.
func rendered(t *testing.T, old, now string) (out []Object) {
	t.Helper()
	in, err := os.ReadFile("../../testdata/golden/example-production/output.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(in), old) {
		t.Fatalf("no %q in the golden", old)
	}
	nodes, err := krm.ObjectsIn([]byte(strings.ReplaceAll(string(in), old, now)))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		o, err := Read(n)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, o)
	}
	return out
}

// All requests of a site are compared with those after an edit.
func TestCompare_AllRequests(t *testing.T) {
	const (
		health = "exact: /healthz"
		id     = " with x-azure-fdid: 11111111-2222-3333-4444-555555555555"
	)
	for name, c := range map[string]struct {
		now       string
		questions int
		want      []string
	}{
		"a wider route": {"prefix: /health", 10_000, []string{
			"AD104 client, internet" + id + ": GET /health (the shortest): status 404 → 403 (no policy allows it)",
			"AD102 client, internet" + id + ": GET /health.zip (the shortest): status 404 → 200 (goproxy/goproxy-gateway-to-athens)",
			"AD103 client, internet" + id + ": GET /health/@latest (the shortest): answered by lathens → athens, …",
		}},
		"the same in other words": {"regex: /healthz", 10_000, nil},
		"too few questions":       {"prefix: /health", 10, []string{"AD107 not all requests were compared: routes and policies tell more requests apart than can be asked"}},
		"no questions":            {"prefix: /health", 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			now := side(rendered(t, health, c.now))
			now.Questions = c.questions
			var got []string
			for _, r := range Compare(side(rendered(t, health, health)), now) {
				for _, change := range changesOf(&r, Routes) {
					if slices.Contains([]string{answerLost, answerGained, answerOther, answerRefused, answerUnknown}, change.Code) {
						text, _, cut := strings.Cut(change.Text, "athens, ")
						if cut {
							text += "athens, …" // the rest is about tries
						}
						got = append(got, change.Code+" "+text)
					}
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Objects of no site decide about its requests too: without a policy that refused some,
// these are answered.
func TestCompare_ObjectsOfOthers(t *testing.T) {
	const health = "exact: /healthz"
	nodes, err := krm.ObjectsIn([]byte(`apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: deny, namespace: goproxy}
spec: {action: DENY, rules: [{to: [{operation: {paths: [/a/@v/list]}}]}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	deny, err := Read(nodes[0])
	if err != nil {
		t.Fatal(err)
	}
	now := side(rendered(t, health, health))
	now.Questions = 10_000
	for _, r := range Compare(side(append(rendered(t, health, health), deny)), now) {
		if slices.ContainsFunc(changesOf(&r, Routes), func(c Change) bool {
			return c.Code == answerGained && strings.Contains(c.Text, "GET /a/@v/list (the shortest): status 403 → 200")
		}) {
			return
		}
	}
	t.Error("no request is said to be answered now")
}
