package prove

import "testing"

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
	} {
		if got, ok := normalize(raw); !ok || got != want {
			t.Errorf("%s: got %s, %v, want %s", raw, got, ok, want)
		}
	}
	for _, raw := range []string{"", "a", "*", `\a`, "/a%00b"} {
		if got, ok := normalize(raw); ok {
			t.Errorf("%q: got %s, want it refused", raw, got)
		}
	}
}
