package v1alpha1_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/spectest"
)

// proposed is the value at the end of a message.
var proposed = regexp.MustCompile(`(?:as in|write) ([^ ]+)$`)

// What a message proposes in place of a value is accepted there, if need be after
// what the next message proposes.
func TestCures_AreAccepted(t *testing.T) {
	const redis, etcd, proxy = "athens: {singleFlight: {redis: {endpoints: [%]}}}", "athens: {singleFlight: {etcd: {endpoints: [%, b.example.com:2379, c.example.com:2379]}}}", "egress: {proxy: {url: %}}"
	for _, c := range []struct{ spec, wrong string }{
		{proxy, "http://proxy.example.com"}, {proxy, "https://proxy.example.com/"}, {proxy, "socks5://10.1.2.3"}, {proxy, "http://proxy.net-tools:8080"}, {proxy, "proxy.example.com:3128"}, {proxy, ""},
		{proxy, "http://proxy.example.com:3128/path"},
		{"egress: {proxy: {url: \"http://proxy.example.com:3128\", noProxy: [%]}}", "*.example.com"},
		{"egress: {allow: [{host: %}]}", "https://a.example.com/"}, {"egress: {allow: [{host: %}]}", "git.tools"}, {"egress: {allow: [{host: %}]}", "a.example.com/x"},
		{"egress: {allow: [{cidr: %}]}", "10.1.2.3/8"}, {"egress: {allow: [{cidr: %}]}", "10.1.2.3"},
		{redis, "redis.cache:6379"}, {redis, "tcp://redis.example.com:6379"}, {redis, "https://redis.example.com"},
		{etcd, "etcd.cache:2379"},
		{"host: %", "Goproxy.Example.com"}, {"host: %", "https://goproxy.example.com"}, {"host: %", "goproxy"}, {"host: %", "10.0.0.1"},
		{"athens: {version: %}", "v0.18"}, {"athens: {version: %}", "0.18.0"}, {"athens: {version: %}", "v0.1.0"},
		{"athens: {upstream: {goproxy: %}}", "mirror.example.com"}, {"athens: {upstream: {goproxy: %}}", "http://mirror.tools"},
		{"athens: {validatorHook: %}", "hook.example.com"}, {"athens: {validatorHook: %}", ""},
		{"pods: {priorityClassName: %}", "High Priority"},
		{"networkPolicies: {dns: [{cidr: %}]}", "10.0.0.10"},
	} {
		for value, tries := c.wrong, 0; ; tries++ {
			spec := strings.Replace(c.spec, "%", `"`+value+`"`, 1)
			problems := spectest.Site(t, "goproxy", spec).Validate(nil)
			if len(problems) == 0 {
				break
			}
			cure := proposed.FindStringSubmatch(problems[0].Message)
			if cure == nil || tries == 2 {
				t.Errorf("%s: no value that is accepted: %v", spec, problems)
				break
			}
			value = cure[1]
		}
	}
}
