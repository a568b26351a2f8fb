package check

import (
	"slices"
	"strings"
	"testing"
)

func TestFilesIn(t *testing.T) {
	for value, want := range map[string]string{
		"/etc/docdb/ca.pem": "/etc/docdb/ca.pem",
		"ssh -i /etc/x/key -o UserKnownHostsFile=/etc/x/h": "/etc/x/key /etc/x/h",
		"-modcacherw -overlay=/etc/x/overlay.json":         "/etc/x/overlay.json",
		"https://mirror.example.com/a":                     "",
		"/usr/bin:/bin":                                    "",
		"registry.example.com/a":                           "",
		"//host/share":                                     "",
		"https://mirror.example.com/a?x=/etc/x":            "",
		"service.name=athens":                              "",
	} {
		if got := strings.Join(filesIn("A", value), " "); got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
	if got := filesIn("ATHENS_PATH_PREFIX", "/goproxy"); got != nil {
		t.Errorf("the path of a URL is taken for files: %v", got)
	}
}

// What a site mounts and what the image has is there, and nothing else.
func TestMissingFiles(t *testing.T) {
	for spec, want := range map[string]string{
		`athens: {env: [{name: A, value: /etc/x/a}]}`: "spec.athens.env[0].value",
		`athens: {env: [{name: A, value: /usr/local/bin/x}, {name: B, value: /tmp/x}, {name: C, value: /home/athens/x}]}`:                "",
		`athens: {env: [{name: A, value: /etc/x/a}], files: [{path: /etc/x/a, configMapRef: {name: c}}]}`:                                "",
		`athens: {env: [{name: A, value: /etc/x/b}], files: [{path: /etc/x/a, configMapRef: {name: c}}]}`:                                "spec.athens.env[0].value",
		`athens: {upstream: {goEnv: {NETRC: /etc/x/netrc}}}`:                                                                             "spec.athens.upstream.goEnv.NETRC",
		`athens: {upstream: {goEnv: {GOAUTH: netrc, GOFLAGS: -overlay=/etc/x/o}}, files: [{path: /etc/x/o, secretRef: {name: c}}]}`:      "",
		`athens: {private: {gitConfig: {text: "[http]\nsslCAInfo = /etc/x/ca\n[include]\npath = /etc/x/git\n"}}}`:                        "spec.athens.private.gitConfig.text spec.athens.private.gitConfig.text",
		`athens: {private: {gitConfig: {text: "[http]\nsslCAInfo = /etc/x/ca\n"}}, files: [{path: /etc/x/ca, configMapRef: {name: c}}]}`: "",
	} {
		rule := Rules()[slices.IndexFunc(Rules(), func(r Rule) bool { return r.Code == "AK720" })]
		var got []string
		for _, f := range rule.Try(over(sound, spec)).All() {
			if f.Code == rule.Code {
				got = append(got, f.Field)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %q", spec, got, want)
		}
	}
}
