package v1alpha1_test

import (
	"fmt"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestEgress_Allow(t *testing.T) {
	for _, c := range []struct{ host, want string }{
		{"github.com", ""}, {"10.0.0.1", ""},
		{"github.com:22", "write {host: github.com, ports: [22]}"},
		{"*.github.com", "a wildcard has no address"},
		{"https://github.com", "without it, as in github.com"},
		{"10.0.0.0/8", "without scheme, path or network mask"},
		{"git", "write it in full"},
		{"GitHub.com", "in lower case"},
		{"999.1.1.1", "is not an IP address"},
		{"127.0.0.1", "is not an address of another host"},
		{"0.0.0.0", "is not an address of another host"},
		{"224.0.0.251", "is not an address of another host"},
		{"api.localhost", "is not an address of another host"},
		{"169.254.1.1", "hands out identities"},
		{"goproxy.example.com", "is the site itself"},
	} {
		r := rule{Name: c.host, Spec: fmt.Sprintf("egress: {allow: [{host: %q}]}", c.host)}
		if c.want != "" {
			r.Want = []string{"spec.egress.allow[0].host: " + c.want}
		}
		stricttest.Run(t, r)
	}
	stricttest.RunAll(t, []rule{
		{"ports", "egress: {allow: [{host: git.example.com, ports: [443, 0, 70000, 443]}]}", []string{
			"spec.egress.allow[0].ports[1]: must be a port", "spec.egress.allow[0].ports[2]: must be a port", "spec.egress.allow[0].ports[3]: 443 is repeated"}},
		{"neither", "egress: {allow: [{ports: [443]}]}", []string{"spec.egress.allow[0]: write host or cidr"}},
		{"both", "egress: {allow: [{host: git.example.com, cidr: 10.20.0.0/16}]}", []string{"spec.egress.allow[0].cidr: is set together with host, but an entry takes one of them: remove one"}},
		{"a host again", "egress: {allow: [{host: git.example.com}, {host: git.example.com, ports: [22]}]}", []string{"spec.egress.allow[1]: is repeated, first at spec.egress.allow[0]"}},
		{"the same Service again", "egress: {allow: [{host: git.build.svc, ports: [3000]}, {host: git.build.svc.cluster.local, ports: [22]}]}", []string{"spec.egress.allow[1]: is repeated"}},
		{"a Service", "egress: {allow: [{host: git.build.svc.cluster.local, ports: [3000]}]}", nil},
		{"a Service without the ports of its pods", "egress: {allow: [{host: git-0.git.build.svc}]}", []string{"spec.egress.allow[0].ports: kubectl get endpointslices -n build -l kubernetes.io/service-name=git prints"}},
		{"addresses of no other host", mirror + "egress: {allow: [{cidr: 127.0.0.0/8}, {cidr: \"::1/128\"}, {cidr: 224.0.0.0/4}, {cidr: 0.0.0.0/8}]}", []string{
			"spec.egress.allow[0].cidr: holds no address of another host", "spec.egress.allow[1].cidr: holds no address of another host",
			"spec.egress.allow[2].cidr: holds no address of another host", "spec.egress.allow[3].cidr: holds no address of another host"}},
		{"private addresses", "egress: {allow: [{cidr: 10.20.0.0/16}, {cidr: 100.64.0.0/10}, {cidr: \"fd12::/16\"}]}", nil},
		{"public addresses on another port", "egress: {allow: [{cidr: 198.51.100.0/24, ports: [443, 7999]}]}", nil},
		{"ranges that are none", "egress: {allow: [{cidr: 10.20.0.0}, {cidr: 10.20.0.1/16}, {cidr: 0.0.0.0/0}, {cidr: 8.8.8.0/24}, {cidr: \"::/0\"}, {cidr: 169.254.169.254/32}, {cidr: 100.100.100.200/32}, {cidr: \"fd00:ec2::/64\"}, {cidr: 10.0.0.0/7}, {cidr: 10.20.0.0/16}, {cidr: 10.20.0.0/16}]}", []string{
			"spec.egress.allow[0].cidr: is not a range of addresses; write one, as in 10.20.0.0/16",
			"spec.egress.allow[1].cidr: write 10.20.0.0/16",
			"spec.egress.allow[2].cidr: is every address",
			"spec.egress.allow[3].cidr: public ones are open",
			"spec.egress.allow[4].cidr: is every address",
			"spec.egress.allow[5].cidr: hands out identities",
			"spec.egress.allow[6].cidr: hands out identities",
			"spec.egress.allow[7].cidr: hands out identities",
			"spec.egress.allow[8].cidr: public ones are open",
			"spec.egress.allow[10]: is repeated",
		}},
		{"ranges of mode Listed", mirror + "egress: {allow: [{cidr: 10.20.0.0/16}, {cidr: 198.51.100.0/24}]}", nil},
		{"every address in mode Listed", mirror + "egress: {allow: [{cidr: 0.0.0.0/0}]}", []string{"spec.egress.allow[0].cidr: is every address"}},
		{"ranges that nothing closes", "networkPolicies: {enabled: false}\negress: {allow: [{cidr: 10.20.0.0/16}]}", []string{"spec.egress.allow[0]: networkPolicies.enabled is false"}},
		{"identities that nothing closes", mirror + "networkPolicies: {enabled: false}\negress: {allow: [{cidr: 100.64.0.0/10}]}", []string{"spec.egress.allow[0].cidr: which only NetworkPolicies can keep closed"}},
	})
}

// What a client chooses is never reachable because of a field that is about
// something else: only direct opens egress.
func TestEgress_Mode(t *testing.T) {
	private := func(pattern string) string {
		return "athens: {upstream: {goproxy: \"https://mirror.example.com\"}, private: {patterns: [\"" + pattern + "\"]}}\n"
	}
	sum := func(v string) string {
		return "athens: {upstream: {goproxy: \"https://mirror.example.com\", sumDBs: [\"https://sum.example.com\"], goEnv: {GOSUMDB: \"" + v + "\"}}}\n"
	}
	const unknown = "spec.athens.private.patterns[0]: does not say which hosts it means"
	stricttest.RunAll(t, []rule{
		{"mode", "egress: {mode: Closed}", []string{"spec.egress.mode: Write Open or Listed"}},
		{"listed with direct", "athens: {upstream: {goproxy: direct}}\negress: {mode: Listed}", []string{"spec.egress.mode: vanity import path"}},
		{"listed with the default, direct", "egress: {mode: Listed}", []string{"spec.egress.mode: vanity import path"}},
		{"listed with a proxy", mirror + "egress: {mode: Listed}", nil},
		{"a private host", private("github.com/acme/*"), nil},
		{"private hosts unknown", private("*.acme.example.com/*"), []string{unknown, "write them as egress.allow, as in [{host: git.acme.example.com}]"}[:1]},
		{"any private host", private("*"), []string{unknown}},
		{"private hosts named", private("*.acme.example.com") + "egress: {allow: [{host: git.acme.example.com}]}", nil},
		{"private hosts with credentials", "athens: {upstream: {goproxy: \"https://mirror.example.com\"}, private: {patterns: [\"*.acme.example.com\"], credentials: [{host: git.acme.example.com, ssh: {secretRef: {name: git}}}]}}", nil},
		{"other hosts named", private("*.acme.example.com") + "egress: {allow: [{host: git.example.com}]}", []string{unknown}},
		{"private hosts by address", private("*.acme.example.com") + "egress: {allow: [{cidr: 10.20.0.0/16}]}", nil},
		{"open in words", private("*.acme.example.com") + "egress: {mode: Open}", nil},
		{"open by direct", "athens: {private: {patterns: [\"*.acme.example.com\"]}}", nil},
		{"checksum database off", sum("off"), nil},
		{"checksum database through a mirror", sum("sum.golang.org https://sum.example.com"), nil},
		{"the old word of Listed", "egress: {mode: Registry}", []string{"spec.egress.mode: \"Registry\" is called Listed now; write Listed"}},
		{"another mirror", sum("sum.golang.org https://other.example.com"), nil},
		{"checksum database by key", sum("sum.acme.example.com+abc+def"), nil},
		{"listed with direct that Athens never asks", "athens: {networkMode: Offline, download: {mode: None}, private: {patterns: [\"*.acme.example.com\"]}}\negress: {mode: Listed}", nil},
		{"obeyed by policies alone", mirror + "mesh: {mode: None}\negress: {mode: Listed}", nil},
		{"obeyed by nothing", "mesh: {mode: None}\nnetworkPolicies: {enabled: false}\negress: {mode: Open}", []string{"spec.egress.mode: because nothing obeys it"}},
		{"nothing to obey", "mesh: {mode: None}\nnetworkPolicies: {enabled: false}", nil},
	})
}
