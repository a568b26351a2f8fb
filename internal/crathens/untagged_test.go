package crathens

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
)

// A list is empty for a module without tags; the go command then takes @latest.
func TestUntagged(t *testing.T) {
	const name, version = "example.com/Untagged", "v0.0.0-20260101000000-cccccccccccc"
	for title, c := range map[string]struct {
		latest http.Handler // instead of the right answer
		want   Summary
	}{
		"warmed":      {nil, Summary{Modules: 1, Done: 1, New: 1, Warmed: 1}},
		"no latest":   {athenstest.Status(404, ""), failed("latest: 404 Not Found", name)},
		"no version":  {athenstest.Status(200, `{"Version": "../x"}`), failed("latest: the answer is not Athens'", name)},
		"not Athens'": {athenstest.Status(200, "<html>"), failed("latest: the answer is not Athens'", name)},
	} {
		t.Run(title, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &athenstest.Server{Upstream: map[string][]string{name: {version}}}
				if c.latest != nil {
					s.Fault = failing(c.latest, func(r *http.Request) bool { return athenstest.Is(r) == "latest" })
				}
				r := &athenstest.Recorder{Handler: s}
				cfg := offline(t, r)
				cfg.Modules = []string{name}
				want(t, New(cfg).Run(t.Context()), c.want)
				if c.latest != nil {
					return
				}
				equal(t, "stored", s.Stored(), name+"@"+version)
				r.Forget()
				want(t, New(cfg).Run(t.Context()), Summary{Modules: 1, Done: 1})
				equal(t, "requests of the second run", r.Paths("latest", "info", ""), "GET /example.com/%21untagged/@latest")
			})
		})
	}
}

// failed is the summary of a walk of one module that had one failure.
func failed(reason, name string) Summary {
	return Summary{Modules: 1, Done: 1, Failed: 1, Reasons: []Reason{{reason, 1, []string{name}}}}
}
