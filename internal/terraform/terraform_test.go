package terraform_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/internal/terraform"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// The provider takes every golden.
func TestProvider_TakesTheGoldens(t *testing.T) {
	known := readProvider(t)
	files, err := filepath.Glob("../../testdata/terraform/*.tf.json")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d goldens: %v", len(files), err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		problems, kinds := known.problems(t, text)
		for _, p := range problems {
			t.Errorf("%s: %s", file, p)
		}
		maps.Copy(seen, kinds)
	}
	if len(seen) < 14 {
		t.Errorf("the goldens hold %d kinds of resources only", len(seen))
	}
}

// The provider takes what the rules of the spec allow at its longest and widest.
func TestProvider_TakesTheLimitsOfTheSpec(t *testing.T) {
	const (
		group = "resourceGroup: {name: edge, location: westeurope}"
		door  = "edge: {frontDoor: {originHost: origin.example.com, cache: {}, "
		link  = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/nodes/providers/Microsoft.Network/privateLinkServices/goproxy"
	)
	known := readProvider(t)
	seen := map[string]bool{}
	for name, spec := range map[string]string{
		"names of Front Door": door + "provision: {" + group + ", firewall: {mode: Detection}, profile: " + strings.Repeat("p", 90) + ", endpoint: " + strings.Repeat("e", 46) + "}}}",
		"shortest timeout":    door + "originTimeout: 16s, provision: {" + group + "}}}",
		"private link":        door + "loadBalancer: {privateLink: {resourceID: " + link + ", location: westeurope}}, provision: {" + group + ", firewall: {managedRules: true}}}}",
		"plain HTTP":          "gateway: {plainHTTP: Redirect}\n" + door + "provision: {" + group + "}}}",
		"a cluster":           "mesh: {revision: asm-1-30}\nazure: {tool: Terraform, provision: {resourceGroup: {name: goproxy, location: westeurope}, cluster: {name: " + strings.Repeat("c", 54) + ", proxyRedirectionMechanism: CNIChaining}}}",
		"a store":             "athens: {storage: {azureBlob: {account: " + strings.Repeat("a", 24) + ", container: gomods, credentials: {secretRef: {name: b}}}}}\nazure: {tool: Terraform, provision: {resourceGroup: {name: goproxy, location: westeurope}, storage: {}}}",
		"Cosmos DB":           "athens: {storage: {mongo: {url: {secretRef: {name: m}}, cosmos: {account: " + strings.Repeat("a", 44) + ", regions: [westeurope, eastus2]}}}, singleFlight: {redis: {endpoints: [\"redis.cache.svc.cluster.local:6379\"]}}}\nazure: {tool: Terraform, provision: {resourceGroup: {name: goproxy, location: westeurope}, storage: {maxThroughput: 1000000}}}",
	} {
		t.Run(name, func(t *testing.T) {
			site := spectest.Sound(t, "goproxy", spec)
			problems, kinds := known.problems(t, terraform.Configuration([]*v1alpha1.AthensSite{site}))
			for _, p := range problems {
				t.Error(p)
			}
			maps.Copy(seen, kinds)
		})
	}
	if len(seen) < 14 {
		t.Errorf("these sites hold %d kinds of resources only", len(seen))
	}
}

// Each kind of fault that the table can tell is seen.
func TestProvider_RefusesWhatIsWrong(t *testing.T) {
	known := readProvider(t)
	endpoint := map[string]any{"name": "xy", "cdn_frontdoor_profile_id": "y"}
	for want, c := range map[string]struct {
		resource, block string
		change          map[string]any
	}{
		"has no enable":                               {"azurerm_cdn_frontdoor_endpoint", "", map[string]any{"name": "xy", "cdn_frontdoor_profile_id": "y", "enable": true}},
		"misses cdn_frontdoor_profile_id":             {"azurerm_cdn_frontdoor_endpoint", "", map[string]any{"name": "xy"}},
		`name is "x"`:                                 {"azurerm_cdn_frontdoor_endpoint", "", map[string]any{"name": "x", "cdn_frontdoor_profile_id": "y"}},
		`protocol is "HTTPS"`:                         {"azurerm_cdn_frontdoor_origin_group", "health_probe", map[string]any{"protocol": "HTTPS", "interval_in_seconds": 60.0}},
		`interval_in_seconds is "256"`:                {"azurerm_cdn_frontdoor_origin_group", "health_probe", map[string]any{"protocol": "Https", "interval_in_seconds": 256.0}},
		"private_link needs":                          {"azurerm_cdn_frontdoor_origin", "", map[string]any{"private_link": map[string]any{}, "certificate_name_check_enabled": false}},
		"link_to_default_domain=false needs":          {"azurerm_cdn_frontdoor_route", "", map[string]any{"link_to_default_domain": false}},
		"https_redirect_enabled=true needs":           {"azurerm_cdn_frontdoor_route", "", map[string]any{"https_redirect_enabled": true, "supported_protocols": []any{"Https"}}},
		"managed_rule needs":                          {"azurerm_cdn_frontdoor_firewall_policy", "", map[string]any{"sku_name": "Standard_AzureFrontDoor", "managed_rule": map[string]any{}}},
		"network_policy=cilium needs":                 {"azurerm_kubernetes_cluster", "network_profile", map[string]any{"network_policy": "cilium"}},
		"azurerm_cdn_frontdoor_origin tls is unknown": {"azurerm_cdn_frontdoor_origin", "tls", nil},
	} {
		if got := strings.Join(known.check(c.resource, c.block, c.change), "\n"); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if problems := known.check("azurerm_cdn_frontdoor_endpoint", "", endpoint); len(problems) > 0 {
		t.Error(problems)
	}
}
