package v1alpha1_test

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

// One Front Door stands before all regions: what they say of it must agree, or
// it is made twice, or nowhere, or as one of them says.
func TestOneFrontDoor(t *testing.T) {
	const (
		made  = "provision: {region: we, resourceGroup: {name: edge, location: westeurope}}"
		id    = "id: 11111111-2222-3333-4444-555555555555"
		other = "id: 22222222-2222-3333-4444-555555555555"
		we    = "spec.regions[0].overrides.edge.frontDoor."
		eu    = "spec.regions[1].overrides.edge.frontDoor."
	)
	site := func(door, west, east string) string {
		return "edge: {frontDoor: {" + door + "}}\nregions:\n- {name: we, overrides: {edge: {frontDoor: {originHost: west.example.com, " + west + "}}}}\n" +
			"- {name: eu, overrides: {edge: {frontDoor: {originHost: east.example.com, " + east + "}}}}\n"
	}
	in := func(west, east string) string {
		return site(made, "provision: {region: "+west+"}", "provision: {region: "+east+"}")
	}
	stricttest.RunAll(t, []rule{
		{"made nowhere", in("eu", "we"), []string{eu + "provision.region: differs from that of the region we, but eu and we share one Front Door; write it once, in spec.edge.frontDoor.provision.region"}},
		{"made twice", in("we", "eu"), []string{eu + "provision.region: the region we"}},
		{"made twice, one region chosen", "region: eu\n" + in("we", "eu"), []string{eu + "provision.region: the region we"}},
		{"made in one, said by both", in("eu", "eu"), nil},
		{"made nowhere, said by one that moves it", site(made, "provision: {region: eu}", ""), []string{we + "provision.region: the region eu"}},
		{"made nowhere, one drops it", site("provision: {region: eu, resourceGroup: {name: edge, location: westeurope}}", "", "provision: null, "+id), []string{eu + "provision: the region we"}},
		{"the first drops it", site(made, "provision: null, "+id, ""), []string{we + "provision: the region eu"}},
		{"all of it in one region", site(id, made, ""), []string{we + "provision: the region eu"}},
		{"another ID", site(made+", "+id, "", other), []string{eu + "id: the region we"}},
		{"the ID in one region", site(made, id, ""), []string{we + "id: the region eu"}},
		{"the same ID in all", site(made, id, id), nil},
		{"another deadline", site(made, "originTimeout: 30s", "originTimeout: 200s"), []string{eu + "originTimeout: the region we"}},
		{"the default's deadline", site(made, "", "originTimeout: 240s"), nil},
		{"one region's own", site(made, "", "cache: {}, provision: {sku: Premium, profile: own, endpoint: own, firewall: {}, resourceGroup: {name: own}}"), []string{
			eu + "cache: the region we", eu + "provision.sku: the region we", eu + "provision.profile: the region we", eu + "provision.endpoint: the region we", eu + "provision.firewall: the region we", eu + "provision.resourceGroup: the region we"}},
		{"parts of what both have", site(made[:len(made)-1]+", firewall: {}}, cache: {}", "cache: {maxAge: 60s}", "provision: {firewall: {mode: Detection}}"), []string{
			we + "cache.maxAge: the region eu", eu + "provision.firewall: the region we"}},
		{"one that is there, with another deadline", site(id, "originTimeout: 30s", "originTimeout: 200s"), []string{eu + "originTimeout: the region we"}},
		{"two that are there", site(id, "originTimeout: 30s", other+", originTimeout: 200s"), nil},
		{"a third region", in("we", "we") + "- {name: third, overrides: {edge: {frontDoor: {originHost: third.example.com, provision: {region: third}}}}}", []string{"spec.regions[2].overrides.edge.frontDoor.provision.region: the region we"}},
		{"plain HTTP in one region", strings.Replace(site(made, "", ""), "we, overrides: {", "we, overrides: {gateway: {plainHTTP: Redirect}, ", 1), []string{"spec.regions[0].overrides.gateway.plainHTTP: the region eu"}},
		{"what cannot be read", site(made, "originTimeout: soon", "originTimeout: 200s"), []string{we + "originTimeout: is not a duration"}},
	})
}

// A storage account is made in the manifests of one region.
func TestOneMaker(t *testing.T) {
	const field = ".azure.provision.storage.region"
	// Regions share the account athensweu, or name one of their own.
	region := func(name, account, in string) string {
		var own []string
		if account != "" {
			own = append(own, "athens: {storage: {azureBlob: {account: "+account+"}}}")
		}
		if in != "" {
			own = append(own, "azure: {provision: {storage: {region: "+in+"}}}")
		}
		return "- {name: " + name + ", overrides: {" + strings.Join(own, ", ") + "}}\n"
	}
	site := func(in string, regions ...string) string {
		out := "athens: {storage: {azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}}}\n" +
			"azure: {provision: {resourceGroup: {name: goproxy, location: westeurope}, storage: {" + in + "}}}\nregions:\n"
		for _, r := range regions {
			out += r
		}
		return out
	}
	stricttest.RunAll(t, []rule{
		{"made nowhere", site("region: we", region("we", "", "eu"), region("eu", "", "we")), []string{
			"spec.regions[0].overrides" + field + ": leaves the storage of we to eu, whose manifests do not hold it", "spec.regions[1].overrides" + field + ": leaves the storage of eu to we"}},
		{"made twice", site("region: we", region("we", "", ""), region("eu", "", "eu")), []string{"spec.regions[1].overrides" + field + ": makes the account of we in the manifests of eu too"}},
		{"made twice, one region chosen", "region: we\n" + site("region: we", region("we", "", ""), region("eu", "", "eu")), []string{"spec.regions[1].overrides" + field + ": makes the account of we"}},
		{"made twice, by one that has no overrides", "region: eu\n" + site("region: we", region("we", "", ""), region("eu", "", "eu")), []string{"spec.regions[1].overrides" + field + ": makes the account of we"}},
		{"an account of its own, under the same name", site("", region("we", "same", ""), region("eu", "same", "")), []string{"spec" + field + ": makes the account of we"}},
		{"left to a region with another account", site("region: eu", region("we", "", ""), region("eu", "athenseu", "")), []string{"spec" + field + ": leaves the storage of we to eu"}},
		{"left to a region that makes none", site("region: eu", region("we", "", ""), "- {name: eu, overrides: {azure: {provision: {storage: null, cluster: {proxyRedirectionMechanism: CNIChaining}}}, mesh: {revision: asm-1-30}}}\n"), []string{"spec" + field + ": leaves the storage of we to eu"}},
		{"two shared accounts", site("region: a", region("a", "", ""), region("b", "", ""), region("c", "other", "c"), region("d", "other", "c")), nil},
		{"one each", site("", region("a", "one", ""), region("b", "two", "")), nil},
	})
}
