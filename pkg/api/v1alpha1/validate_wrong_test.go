package v1alpha1_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

// What goes past the proxy is the site's own network, and the proxy is a server.
func TestEgressProxy_GoesOutside(t *testing.T) {
	const url, list = "spec.egress.proxy.url", "spec.egress.proxy.noProxy[0]"
	var rules []rule
	for entry, wrong := range map[string]bool{
		"0.0.0.0/0": true, "::/0": true, "com": true, ".com": true, "co.uk": true, "internal": false, ".corp": false, "example.com": false, "10.0.0.0/8": false, "fd00::/8": false,
	} {
		r := rule{Name: entry, Spec: `egress: {proxy: {url: "http://proxy.example.com:3128", noProxy: ["` + entry + `"]}}`}
		if wrong {
			r.Want = []string{list + ": goes past the proxy"}
		}
		rules = append(rules, r)
	}
	for _, host := range []string{"127.0.0.1", "127.1.2.3", "localhost", "0.0.0.0"} {
		rules = append(rules, rule{Name: host, Spec: `egress: {proxy: {url: "http://` + host + `:3128"}}`, Want: []string{url + ": is each pod itself"}})
	}
	stricttest.RunAll(t, append(rules,
		rule{"IPv6", `egress: {proxy: {url: "http://[2001:db8::1]:3128"}}`, []string{url + ": has an IPv6 address"}}))
}

// Credentials that name one thing twice, or the wrong one.
func TestCredentials_NameEachThing(t *testing.T) {
	const at = "spec.athens.private.credentials[0]."
	private := func(entry string) string { return "athens: {private: {credentials: [{" + entry + "}]}}" }
	stricttest.RunAll(t, []rule{
		{"one key for two files", private("host: a.example.com, ssh: {secretRef: {name: s, keys: {privateKey: k, knownHosts: k}}}"), []string{at + "ssh.secretRef.keys.knownHosts: is the key of privateKey too"}},
		{"one key for a user and a password", private("host: a.example.com, basicAuth: {secretRef: {name: s, keys: {username: k, password: k}}}"), []string{at + "basicAuth.secretRef.keys.password: is the key of username too"}},
		{"the API of GitHub", private(`host: api.github.com, gitHubApp: {appID: "12", secretRef: {name: s}}`), []string{at + "gitHubApp: write host: github.com"}},
		{"a user with a host", private("host: a.example.com, ssh: {user: org@x, secretRef: {name: s}}"), []string{at + "ssh.user: is not a user of an SSH server"}},
	})
}

// A user that Redis cannot have may be a password that got there.
func TestRedisUser_IsNotRepeated(t *testing.T) {
	_, problems := stricttest.Load(t, stricttest.Head+`spec: {host: a.example.com, athens: {singleFlight: {redis: {endpoints: ["r.example.com:1"], username: "athens sesame", password: {secretRef: {name: s}}}}}}`)
	if said := fmt.Sprint(problems); len(problems) != 1 || strings.Contains(said, "sesame") {
		t.Errorf("got %s", said)
	}
}

// A secret in a variable that a field sets has one cure: that field's.
func TestVariables_WithALoginHaveOneCure(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"a proxy", `athens: {env: [{name: HTTPS_PROXY, value: "http://bot:sesame@proxy.example.com:3128"}]}`, []string{
			"spec.athens.env[0].name: HTTPS_PROXY is what the field egress.proxy.url sets", "spec.athens.env[0].value: egress.proxy.credentials: {secretRef: {name: athens-proxy}}"}},
		{"another variable", `athens: {env: [{name: X, value: "http://bot:sesame@x.example.com"}]}`, []string{"spec.athens.env[0].value: valueFrom: {secretKeyRef: {name: athens-env, key: KEY}}"}},
	})
}
