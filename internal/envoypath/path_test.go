package envoypath

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/generators/mesh"
)

func TestNormalize(t *testing.T) {
	for raw, want := range map[string]string{
		"/a/@v/list":              "/a/@v/list",
		"/a//b":                   "/a//b",
		"/a/./b":                  "/a/b",
		"/a/../b":                 "/b",
		"/../../b":                "/b",
		"/a/..":                   "/",
		"/a/.":                    "/a/",
		"/a/%2e%2e/b":             "/b",
		`/a\..\b`:                 "/b",
		"/a/..%2fb":               "/a/..%2fb",
		"/%41zure/%21azure/%40v":  "/Azure/%21azure/%40v",
		"/a%2":                    "/a%2",
		"/a%zz":                   "/a%zz",
		"/a?x=/../%41":            "/a?x=/../%41",
		"/a/../sumdb?go-get=1?b=": "/sumdb?go-get=1?b=",
		"/a#/../b?c":              "/a",
		"/a/..;x=1/b":             "/b",
		"/a/.;/b":                 "/a/b",
		"/a/%2e%2e;/b":            "/a/..;/b",
		"/a|b^c/%7C":              "/a%7Cb%5Ec/%7C",
	} {
		if got, ok := Normalize(raw, HTTP1); !ok || got != want {
			t.Errorf("%s: got %s, %v, want %s", raw, got, ok, want)
		}
	}
	for _, raw := range []string{"", "a", "*", `\a`, "/a%00b", "/a b", "/a\x01", "/caf\u00e9"} {
		if got, ok := Normalize(raw, HTTP1); ok {
			t.Errorf("%q: got %s, want it refused", raw, got)
		}
	}
	if got, ok := Normalize("/caf\u00e9", HTTP2); !ok || got != "/caf%C3%A9" {
		t.Errorf("HTTP/2 takes bytes outside of ASCII; got %q, %v", got, ok)
	}
}

// TestTheNextEnvoyAgrees: but for the paths of mesh.ReadTwice, two Envoys in a row read
// the same path.
func TestTheNextEnvoyAgrees(t *testing.T) {
	tokens := []string{"/", "/", ".", "..", ";", "%2e", "%2E", "%2f", "%3b", `\`, "a", "%", "%25", "2e", "|", "?", "#", "@v", "~"}
	again, r, n := regexp.MustCompile(mesh.ReadTwice), rand.New(rand.NewPCG(1, 2)), 0
	for range 200_000 {
		var raw strings.Builder
		raw.WriteByte('/')
		for range 1 + r.IntN(9) {
			raw.WriteString(tokens[r.IntN(len(tokens))])
		}
		once, ok := Normalize(raw.String(), HTTP1)
		if !ok {
			continue
		}
		bare, _, _ := strings.Cut(once, "?")
		twice, ok := Normalize(once, HTTP1)
		if ok && once == twice {
			continue
		}
		if n++; !again.MatchString(bare) {
			t.Fatalf("%q is %q for the first Envoy, %q for the second", raw.String(), once, twice)
		}
	}
	if n == 0 {
		t.Error("no path is another for the second Envoy")
	}
}
