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
		// As Envoy 1.40.0 answered.
		"/%%32%65%%32%65/b": "/%252e%252e/b",
		"/a%%30%30":         "/a%2500",
		"/a%%34%31x":        "/a%2541x",
		"/%%%33%32%65":      "/%%2532e",
		"/%2%65/x":          "/%252e/x",
		"/%%32e/x":          "/%252e/x",
		"/a%%41":            "/a%A",
		"/a%%%34%31":        "/a%%2541",
		"/%%32%66":          "/%252f",
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
	tokens := []string{"/", "/", ".", "..", ";", "%2e", "%2E", "%2f", "%3b", `\`, "a", "%", "%25", "2e", "%32", "%65", "%30", "4", "|", "?", "#", "@v", "~"}
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

// What Normalize returns is what Normal, Escaped and Unstable say, and the other
// way round.
func TestLanguage_IsWhatNormalizeReturns(t *testing.T) {
	whole := func(e string) *regexp.Regexp { return regexp.MustCompile(`\A(?:` + e + `)\z`) }
	normal, escaped, unstable := whole(Normal), whole(Escaped), whole(Unstable)
	tokens := []string{"/", "/", ".", "..", ";", "%2e", "%2E", "%2f", "%3b", "a", "%", "%25", "2e", "%32", "%65", "%30", "0", "4", "@v", "~", "!", "$", "[", "|", `\`, "Z", "^", "_", "-", "\""}
	for c := '!'; c <= '~'; c++ {
		p := "/a" + string(c)
		if again, _ := Normalize(p, HTTP1); c != '?' && (again == p) != normal.MatchString(p) {
			t.Errorf("%q", p)
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 200_000 {
		var raw strings.Builder
		raw.WriteByte('/')
		for range 1 + r.IntN(9) {
			raw.WriteString(tokens[r.IntN(len(tokens))])
		}
		p := raw.String()
		once, ok := Normalize(p, HTTP1)
		if ok && (!normal.MatchString(once) || escaped.MatchString(once)) {
			t.Fatalf("%q, of %q, is not in the language", once, p)
		}
		again, _ := Normalize(p, HTTP1)
		in := normal.MatchString(p) && !escaped.MatchString(p)
		if in && !unstable.MatchString(p) && again != p {
			t.Fatalf("%q is in the language, but %q is made of it", p, again)
		}
		if !in {
			continue
		}
		if made, _ := Normalize(Sent(p), HTTP1); made != p {
			t.Fatalf("%q is sent for %q, but %q is made of it", Sent(p), p, made)
		}
	}
}
