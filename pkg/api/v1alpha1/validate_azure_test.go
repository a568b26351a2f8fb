package v1alpha1_test

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestFrontDoorRules(t *testing.T) {
	const (
		id    = "id: 11111111-2222-3333-4444-555555555555"
		group = "resourceGroup: {name: edge, location: westeurope}"
		link  = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/nodes/providers/Microsoft.Network/privateLinkServices/goproxy"
		there = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/edge"
	)
	door := func(more string) string {
		return "edge: {frontDoor: {" + id + ", originHost: o.example.com, " + more + "}}"
	}
	provision := func(more string) string { return door("provision: {" + more + "}") }
	stricttest.RunAll(t, []rule{
		{"everything", door("cache: {maxAge: 60s}, loadBalancer: {privateLink: {resourceID: " + link + ", location: westeurope}}, provision: {" + group + ", firewall: {managedRules: true}}"), nil},
		{"provision without an ID", "edge: {frontDoor: {originHost: o.example.com, provision: {" + group + "}}}", nil},
		{"group that is there", provision("resourceGroup: {resourceID: " + there + "}"), nil},
		{"origin that is the host", "edge: {frontDoor: {" + id + ", originHost: goproxy.example.com}}", []string{"spec.edge.frontDoor.originHost: it would call itself"}},
		{"origin that is no host", "edge: {frontDoor: {" + id + ", originHost: \"https://o.example.com\"}}", []string{"spec.edge.frontDoor.originHost: begins with a scheme"}},
		{"no origin", "edge: {frontDoor: {provision: {" + group + "}}}", []string{"spec.edge.frontDoor.originHost: as in goproxy-origin.example.com"}},
		{"cache too short", door("cache: {maxAge: 59s}"), []string{"spec.edge.frontDoor.cache.maxAge: write at least 1m"}},
		{"cache in fractions", door("cache: {maxAge: 90500ms}"), []string{"spec.edge.frontDoor.cache.maxAge: must be whole seconds"}},
		{"cache of what needs a password", door("cache: {}") + "\nathens: {basicAuth: {secretRef: {name: auth}}}", []string{"spec.edge.frontDoor.cache: athens.basicAuth is set"}},
		{"empty load balancer", door("loadBalancer: {}"), []string{"spec.edge.frontDoor.loadBalancer: is empty"}},
		{"two load balancers", door("loadBalancer: {serviceTag: {}, privateLink: {resourceID: " + link + ", location: westeurope}}"), []string{"spec.edge.frontDoor.loadBalancer.privateLink: is set together with serviceTag"}},
		{"private link", door("loadBalancer: {privateLink: {resourceID: goproxy, location: West Europe}}"), []string{
			"spec.edge.frontDoor.loadBalancer.privateLink.resourceID: is not the resource ID of a private link service", "spec.edge.frontDoor.loadBalancer.privateLink.location: is not how Azure writes a region"}},
		{"no group", provision("resourceGroup: {}"), []string{"spec.edge.frontDoor.provision.resourceGroup: is required"}},
		{"two groups", provision("resourceGroup: {name: edge, location: westeurope, resourceID: " + there + "}"), []string{"spec.edge.frontDoor.provision.resourceGroup.resourceID: is set together with name"}},
		{"group's ID", provision("resourceGroup: {resourceID: " + link + "}"), []string{"spec.edge.frontDoor.provision.resourceGroup.resourceID: is not the resource ID of a resource group"}},
		{"group nowhere", provision("resourceGroup: {name: edge}"), []string{"spec.edge.frontDoor.provision.resourceGroup.location: is required"}},
		{"group's name", provision("resourceGroup: {name: Edge_1, location: westeurope}"), []string{"spec.edge.frontDoor.provision.resourceGroup.name: is not a resource group"}},
		{"names", provision(group + ", profile: -x, endpoint: x"), []string{
			"spec.edge.frontDoor.provision.profile: write 2 to 90", "spec.edge.frontDoor.provision.endpoint: write 2 to 46"}},
		{"tier", provision(group + ", sku: Premum"), []string{"spec.edge.frontDoor.provision.sku: did you mean Premium?"}},
		{"tier too small", provision(group + ", sku: Standard, firewall: {managedRules: true}"), []string{"spec.edge.frontDoor.provision.sku: write Premium"}},
		{"firewall's mode", provision(group + ", firewall: {mode: Block}"), []string{"spec.edge.frontDoor.provision.firewall.mode: is not a choice"}},
		{"in a region that is not there", provision(group + ", region: westeurope"), []string{"spec.edge.frontDoor.provision.region: there is none in spec.regions"}},
	})
}

func TestFrontDoorOrigins(t *testing.T) {
	const door = "edge: {frontDoor: {provision: {region: westeurope, resourceGroup: {name: edge}}}}\nregions:\n- {name: westeurope, overrides: {"
	stricttest.RunAll(t, []rule{
		{"complete", door + "edge: {frontDoor: {originHost: a.example.com}}}}\n- {name: eastus2, overrides: {edge: {frontDoor: {originHost: b.example.com}}}}", nil},
		{"missing", door + "edge: {frontDoor: {originHost: a.example.com}}}}\n- {name: eastus2}", []string{"spec.regions[1].overrides.edge.frontDoor.originHost: as in goproxy-eastus2.example.com"}},
		{"twice", door + "edge: {frontDoor: {originHost: a.example.com}}}}\n- {name: eastus2, overrides: {edge: {frontDoor: {originHost: a.example.com}}}}", []string{"spec.regions[1].overrides.edge.frontDoor.originHost: is already the origin of westeurope"}},
		{"no region", strings.Replace(door, "region: westeurope, ", "", 1) + "edge: {frontDoor: {originHost: a.example.com}}}}\n- {name: eastus2, overrides: {edge: {frontDoor: {originHost: b.example.com}}}}", []string{"spec.edge.frontDoor.provision.region: is required where the site has regions: the manifests of one of them hold the Front Door; write its name: westeurope or eastus2"}},
		{"another host", door + "edge: {frontDoor: {originHost: a.example.com}}}}\n- {name: eastus2, overrides: {host: other.example.com, edge: {frontDoor: {originHost: b.example.com}}}}", []string{"spec.regions[1].overrides.host: differs from spec.host"}},
	})
}

// Azure refuses an origin group with public and private origins; the overrides
// of all regions are held against each other.
func TestOriginGroup(t *testing.T) {
	const (
		link   = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/nodes/providers/Microsoft.Network/privateLinkServices/"
		id     = "id: 11111111-2222-3333-4444-555555555555"
		public = "loadBalancer: {serviceTag: {}}"
	)
	private := func(name string) string {
		return "loadBalancer: {privateLink: {resourceID: " + link + name + ", location: westeurope}}"
	}
	// west and east are the overrides of the Front Door in two regions.
	site := func(door, west, east, more string) string {
		return "edge: {frontDoor: {" + door + "}}\nregions:\n- {name: west, overrides: {edge: {frontDoor: {originHost: west.example.com, " + west + "}}}}\n" +
			"- {name: east, overrides: {edge: {frontDoor: {originHost: east.example.com, " + east + "}}" + more + "}}"
	}
	const (
		made  = id + ", provision: {region: west, resourceGroup: {name: edge, location: westeurope}}"
		mixed = "spec.regions[1].overrides.edge.frontDoor.loadBalancer: makes east a public origin of Front Door, and west is a private one"
	)
	stricttest.RunAll(t, []rule{
		{"all public", site(made, public, public, ""), nil},
		{"all private", site(made, private("a"), private("b"), ""), nil},
		{"private and public", site(made, private("a"), public, ""), []string{mixed}},
		{"public and private", site(made, public, private("b"), ""), []string{"spec.regions[1].overrides.edge.frontDoor.loadBalancer: makes east a private origin of Front Door, and west is a public one"}},
		{"private and the gateway's own", site(made, private("a"), "", ""), []string{mixed}},
		{"private over public", site(made+", "+public, private("a"), "", ""), []string{mixed}},
		{"one for all", site(made+", "+private("a"), "", "", ""), []string{"spec.edge.frontDoor.loadBalancer.privateLink: is the private link service of one cluster"}},
		{"one for all but one", site(made+", "+private("a"), private("b"), "", ""), []string{
			"spec.edge.frontDoor.loadBalancer.privateLink: is the private link service of one cluster", mixed}},
		{"one for two", site(made, private("a"), private("a"), ""), []string{"spec.regions[1].overrides.edge.frontDoor.loadBalancer.privateLink.resourceID: is the private link service of west already"}},
		{"one for two, in other letters", site(made, private("a"), strings.Replace(private("A"), "/nodes/", "/Nodes/", 1), ""), []string{"spec.regions[1].overrides.edge.frontDoor.loadBalancer.privateLink.resourceID: is the private link service of west already"}},
		{"in part", site(made+", loadBalancer: {privateLink: {resourceID: "+link+"a, location: westeurope}}", "loadBalancer: {privateLink: {resourceID: "+link+"a}}", private("b"), ""), []string{
			"spec.regions[0].overrides.edge.frontDoor.loadBalancer.privateLink: is written in part"}},
		{"a region that is chosen", "region: east\n" + site(made, private("a"), public, ""), []string{mixed}},
		{"of a Front Door that is there", site(id, private("a"), public, ""), []string{mixed}},
		{"of one that is there, unknown", site(id, private("a"), "", ""), nil},
		{"of one that is there, public for all but one", site(id+", "+public, "", private("a"), ""), []string{
			"spec.regions[1].overrides.edge.frontDoor.loadBalancer: makes east a private origin of Front Door, and west is a public one"}},
		{"of two Front Doors", site(id, private("a"), public+", id: 22222222-2222-3333-4444-555555555555", ""), nil},
		{"of two hosts", site(id, private("a"), public, ", host: other.example.com"), nil},
		{"a port in one region", site(made, public, public, ", gateway: {istio: {workload: {port: 8443}}}"), []string{"spec.regions[0].overrides.gateway.istio.workload.port: is required"}},
	})
}

func TestAzureProvision(t *testing.T) {
	const (
		group = "resourceGroup: {name: goproxy, location: westeurope}"
		blob  = "athens: {storage: {azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}}}\n"
	)
	azure := func(more string) string { return blob + "azure: {provision: {" + more + "}}" }
	stricttest.RunAll(t, []rule{
		{"everything", azure(group+", storage: {}, cluster: {proxyRedirectionMechanism: CNIChaining}") + "\nmesh: {revision: asm-1-30}", nil},
		{"nothing", azure(group), []string{"spec.azure.provision: makes nothing"}},
		{"each region its own place", azure("resourceGroup: {name: goproxy}, storage: {}") + "\nregions: [{name: westeurope}, {name: eastus2, overrides: {athens: {storage: {azureBlob: {account: athenseus2}}}}}]", nil},
		{"no place", azure("resourceGroup: {name: goproxy}, storage: {}"), []string{"spec.azure.provision.resourceGroup.location: is required"}},
		{"no storage of Azure's", "azure: {provision: {" + group + ", storage: {}}}", []string{"spec.azure.provision.storage: athens.storage names neither"}},
		{"numbers", azure(group+", storage: {replication: RAGRS, maxThroughput: 1500}, cluster: {nodes: -1, name: -x, proxyRedirectionMechanism: CNIChaining}") + "\nmesh: {revision: asm-1-30}", []string{
			"spec.azure.provision.storage.replication: is not a choice", "spec.azure.provision.storage.maxThroughput: a multiple of 1000",
			"spec.azure.provision.cluster.nodes: must be at least 1", "spec.azure.provision.cluster.name: write 1 to 54"}},
		{"cluster without a revision", azure(group + ", cluster: {proxyRedirectionMechanism: CNIChaining}"), []string{"spec.mesh.revision: is required with azure.provision.cluster"}},
		{"in a region that is not there", azure(group + ", storage: {region: eastus2}"), []string{"spec.azure.provision.storage.region: there is none"}},
		{"regions that share an account", azure(group+", storage: {}") + "\nregions: [{name: westeurope}, {name: eastus2}]", []string{"spec.azure.provision.storage.region: is required"}},
		{"regions that share it in one", azure(group+", storage: {region: eastus2}") + "\nregions: [{name: westeurope}, {name: eastus2}]", nil},
		{"two makers of a Secret", azure(group+", storage: {}") + "\nsecrets: {externalSecrets: {storeRef: {name: vault}}}", []string{"spec.azure.provision.storage: add athens-blob to secrets.unmanaged"}},
		{"one maker of a Secret", azure(group+", storage: {}") + "\nsecrets: {externalSecrets: {storeRef: {name: vault}}, unmanaged: [athens-blob]}", nil},
		{"a cluster's name that is too long for its DNS prefix", azure(group+", cluster: {proxyRedirectionMechanism: CNIChaining, name: "+strings.Repeat("c", 55)+"}") + "\nmesh: {revision: asm-1-30}", []string{"spec.azure.provision.cluster.name: write 1 to 54"}},
		{"a cluster that refuses its own pods", azure(group+", cluster: {}") + "\nmesh: {revision: asm-1-30}", []string{
			"spec.azure.provision.cluster.proxyRedirectionMechanism: run az aks mesh proxy-redirection-mechanism --resource-group goproxy --name goproxy --mechanism CNIChaining, or write namespace.podSecurity: privileged"}},
		{"one made by Terraform, in a group that is there", blob + "azure: {tool: Terraform, provision: {resourceGroup: {resourceID: /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/shared}, location: westeurope, cluster: {name: weu}}}\nmesh: {revision: asm-1-30}\nnamespace: {podSecurity: baseline}", []string{
			"spec.azure.provision.cluster.proxyRedirectionMechanism: --resource-group shared --name weu"}},
		{"a group with a shell's words", blob + "azure: {provision: {resourceGroup: {resourceID: /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/$(id)}, location: westeurope, cluster: {}}}\nmesh: {revision: asm-1-30}", []string{
			"spec.azure.provision.resourceGroup.resourceID: is not the resource ID of a resource group",
			"spec.azure.provision.cluster.proxyRedirectionMechanism: --resource-group GROUP --name goproxy"}},
		{"init containers that the namespace refuses", azure(group+", cluster: {proxyRedirectionMechanism: InitContainers}") + "\nmesh: {revision: asm-1-30}", []string{
			"spec.azure.provision.cluster.proxyRedirectionMechanism: so no pod starts"}},
		{"init containers that it admits", azure(group+", cluster: {proxyRedirectionMechanism: InitContainers}") + "\nmesh: {revision: asm-1-30}\nnamespace: {podSecurity: privileged}", nil},
		{"a level that admits either", azure(group+", cluster: {}") + "\nmesh: {revision: asm-1-30}\nnamespace: {podSecurity: privileged}", nil},
		{"a namespace of another owner", azure(group+", cluster: {}") + "\nmesh: {revision: asm-1-30}\nnamespace: {create: false}", nil},
		{"a cluster without a mesh", azure(group+", cluster: {}") + "\nmesh: {mode: None}", nil},
		{"a mechanism without a mesh", azure(group+", cluster: {proxyRedirectionMechanism: CNIChaining}") + "\nmesh: {mode: None}", []string{
			"spec.azure.provision.cluster.proxyRedirectionMechanism: mesh.mode is None"}},
		{"a mechanism that is none", azure(group+", cluster: {proxyRedirectionMechanism: CNI}") + "\nmesh: {revision: asm-1-30}", []string{
			"spec.azure.provision.cluster.proxyRedirectionMechanism: is not a choice"}},
		{"a region whose cluster refuses its pods", azure(group+", storage: {region: weu}, cluster: {proxyRedirectionMechanism: CNIChaining}") + "\nmesh: {revision: asm-1-30}\nregions: [{name: weu}, {name: neu, overrides: {azure: {provision: {cluster: {proxyRedirectionMechanism: InitContainers}}}}}]", []string{
			"spec.regions[1].overrides.azure.provision.cluster.proxyRedirectionMechanism: so no pod starts"}},
		{"tool", "azure: {tool: Pulumi}", []string{"spec.azure.tool: is not a choice"}},
	})
}
