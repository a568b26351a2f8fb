package v1alpha1_test

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/spectest"
)

func TestDNS_Refusals(t *testing.T) {
	for _, c := range []struct{ dns, path, want string }{
		{"[]", "", "is empty"},
		{"[{ports: [53]}]", "[0]", "names nothing"},
		{"[{namespace: openshift_dns}]", "[0].namespace", "DNS label"},
		{"[{namespace: a, cidr: 10.0.0.10/32}]", "[0].cidr", "together with namespace"},
		{"[{namespace: a, labels: {a b: c}}]", `[0].labels["a b"]`, "not the key"},
		{"[{cidr: 10.0.0.10}]", "[0].cidr", "not a range"},
		{"[{cidr: 10.0.0.10/24}]", "[0].cidr", "10.0.0.0/24"},
		{"[{cidr: 0.0.0.0/0}]", "[0].cidr", "public addresses"},
		{"[{cidr: 8.8.8.8/32}]", "[0].cidr", "public addresses"},
		{"[{cidr: 169.254.169.254/32, ports: [53, 80]}]", "[0].cidr", "only port 53"},
		{"[{cidr: 10.0.0.10/32, labels: {a: b}}]", "[0].labels", "no meaning"},
		{"[{namespace: a, ports: [0]}]", "[0].ports[0]", "must be a port"},
		{"[{namespace: a, ports: [53, 53]}]", "[0].ports[1]", "repeated"},
	} {
		problems := spectest.Site(t, "goproxy", "networkPolicies: {dns: "+c.dns+"}").Validate(nil)
		if len(problems) != 1 || problems[0].Path != "spec.networkPolicies.dns"+c.path || !strings.Contains(problems[0].Message, c.want) {
			t.Errorf("%s: want one problem at %s with %q: %v", c.dns, c.path, c.want, problems)
		}
	}
	for _, dns := range []string{"[{cidr: 169.254.169.254/32}]", "[{cidr: 10.0.0.0/24, ports: [5353]}]", "[{namespace: a}]"} {
		if problems := spectest.Site(t, "goproxy", "networkPolicies: {dns: "+dns+"}").Validate(nil); len(problems) > 0 {
			t.Errorf("%s: %v", dns, problems)
		}
	}
}
