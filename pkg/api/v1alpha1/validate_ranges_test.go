package v1alpha1_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func TestJoined(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"3.0.0.0/17 3.0.128.0/17":              "3.0.0.0/16",
		"3.0.128.0/17 3.1.0.0/16 3.0.0.0/17":   "3.0.0.0/15",
		"3.0.128.0/17 3.1.0.0/17":              "3.0.128.0/17 3.1.0.0/17", // no common range
		"3.1.0.0/16 3.0.0.0/8 3.1.0.0/16":      "3.0.0.0/8",
		"0.0.0.0/1 128.0.0.0/1":                "0.0.0.0/0",
		"2001:db8::/33 2001:db8:8000::/33":     "2001:db8::/32",
		"64:ff9b::/96":                         "0.0.0.0/0",
		"64:ff9b::300:0/113 3.0.128.0/17":      "3.0.0.0/16",
		"::ffff:3.0.0.0/113 3.0.128.0/17":      "3.0.0.0/16",
		"64:ff9b::/64 3.0.0.0/8":               "0.0.0.0/0 64:ff9b::/64",
		"::/0 10.0.0.0/8":                      "0.0.0.0/0 ::/0",
		"0.0.0.0/32 ::/128 255.255.255.255/32": "0.0.0.0/32 255.255.255.255/32 ::/128",
	} {
		var list []netip.Prefix
		for _, s := range strings.Fields(in) {
			list = append(list, netip.MustParsePrefix(s))
		}
		var got []string
		for _, p := range v1alpha1.Joined(list) {
			got = append(got, p.String())
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: got %v, want %s", in, got, want)
		}
	}
}

// The union of the ranges decides whether the whole internet may read the catalog.
func TestCatalog_RefusesTheWholeInternet(t *testing.T) {
	const (
		v4 = "spec.gateway.catalogClients: the IPv4 ranges together are nearly every address"
		v6 = "spec.gateway.catalogClients: the IPv6 ranges together are nearly every address"
	)
	var rules []rule
	for ranges, want := range map[string][]string{
		`0.0.0.0/1, 128.0.0.0/1, "::/1", "8000::/1"`:                                                  {v4, v6},
		`0.0.0.0/2, 64.0.0.0/2, 128.0.0.0/2, 192.0.0.0/2`:                                             {v4},
		`0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/3`:                                                         {v4},
		`1.0.0.0/8, 2.0.0.0/7, 4.0.0.0/6, 8.0.0.0/5, 16.0.0.0/4, 32.0.0.0/3, 64.0.0.0/2, 128.0.0.0/1`: {v4},
		`"2000::/3"`:                                {v6},
		`"2000::/4", "3000::/4"`:                    {v6},
		`0.0.0.0/1`:                                 nil, // a warning of check
		`0.0.0.0/1, 0.0.0.0/2, 64.0.0.0/2`:          nil, // the same addresses
		`128.0.0.0/2, 130.0.0.0/8, 192.0.0.0/3`:     nil,
		`10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16`: nil,
		`"2000::/4"`:                                nil,
		`203.0.113.7/32, "2001:db8::/48"`:           nil,
		`"64:ff9b::/96"`:                            {v4}, // behind NAT64
		`"64:ff9b::/64"`:                            {v4},
		`"64:ff9b::/97", 128.0.0.0/1`:               {v4},
		`"64:ff9b::cb00:7107/128"`:                  nil,
		`"::ffff:0.0.0.0/96"`:                       {"spec.gateway.catalogClients[0].cidrs[0]: is a range of IPv4 in the notation of IPv6"},
		`"::ffff:203.0.113.7/128"`:                  {"spec.gateway.catalogClients[0].cidrs[0]: is a range of IPv4 in the notation of IPv6"},
	} {
		rules = append(rules, rule{ranges, "gateway: {catalogClients: [{name: other-regions, cidrs: [" + ranges + "]}]}", want})
	}
	stricttest.RunAll(t, rules)
}

// What the file says of a gateway must not contradict what is known of it.
func TestInternalGateway(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"one's own", "gateway: {internal: true}", nil},
		{"the add-on's internal one", "gateway: {istio: {workload: {labels: {istio: aks-istio-ingressgateway-internal}}}, internal: true}\nmesh: {revision: asm-1-30}", nil},
		{"the add-on's external one", "gateway: {internal: true}\nmesh: {revision: asm-1-30}", []string{"spec.gateway.internal: is true, but the external gateway of the AKS add-on has a public address"}},
	})
}
