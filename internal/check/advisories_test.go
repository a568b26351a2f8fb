package check_test

import (
	"slices"
	"testing"
)

// A proxy of the site's own domain, of a private network or of Go's authors is trusted;
// where Athens checks nothing, it cannot be deceived.
func TestAdvisories_ProxiesOfOthers(t *testing.T) {
	for athens, want := range map[string]bool{
		`upstream: {goproxy: "https://goproxy.example.org"}`:                                         true,
		`upstream: {goproxy: "https://mirror.example.com|https://goproxy.example.org"}`:              true,
		`upstream: {goproxy: "https://203.0.113.7"}`:                                                 true,
		`upstream: {goproxy: "https://mirror.eu.example.com,off"}`:                                   false,
		`upstream: {goproxy: "https://proxy.golang.org"}`:                                            false,
		`upstream: {goproxy: "https://mirror.corp.internal"}`:                                        false,
		`upstream: {goproxy: "https://10.1.2.3"}`:                                                    false,
		`upstream: {goproxy: direct}`:                                                                false,
		`upstream: {goproxy: "https://goproxy.example.org", sumDBs: [], goEnv: {GOSUMDB: "off"}}`:    false,
		`version: v0.99.0, upstream: {goproxy: "https://goproxy.example.org"}`:                       false,
		`image: "registry.example.com/build/athens:1", upstream: {goproxy: "https://a.example.org"}`: false,
	} {
		site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a, namespace: a}\nspec: {host: goproxy.example.com, athens: {" + athens + "}}\n"
		if got := codes(site); slices.Contains(got, "AK709") != want || slices.Contains(got, "AK004") {
			t.Errorf("%s: AK709 %t, want %t: %v", athens, !want, want, got)
		}
	}
}
