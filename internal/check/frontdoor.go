package check

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// edgeExample is a sound site behind a Front Door.
const edgeExample = `
edge:
  frontDoor:
    id: 11111111-2222-3333-4444-555555555555
    loadBalancer: {serviceTag: {}}
    cache: {}`

const provisionExample = edgeExample + `
    originHost: goproxy-westeurope.example.com
    provision:
      resourceGroup: {name: goproxy, location: westeurope}`

// privateLinkExample lacks the location.
const privateLinkExample = `
edge:
  frontDoor:
    id: 11111111-2222-3333-4444-555555555555
    cache: {}
    loadBalancer:
      privateLink:
          resourceID: /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/nodes/providers/Microsoft.Network/privateLinkServices/goproxy`

// privateEndpoints are the Azure regions in which Front Door makes private
// endpoints (Azure's page frontdoor/private-link, region availability, 2026).
var privateEndpoints = []string{
	"australiaeast", "brazilsouth", "canadacentral", "centralindia", "centralus", "chinaeast3", "chinanorth3",
	"eastasia", "eastus", "eastus2", "francecentral", "germanywestcentral", "japaneast", "koreacentral", "northeurope",
	"norwayeast", "southafricanorth", "southcentralus", "southeastasia", "swedencentral", "uaenorth", "uksouth",
	"usgovarizona", "usgovtexas", "usgovvirginia", "westeurope", "westus2", "westus3",
}

func frontDoorRules() []Rule {
	edge := func(w *World) bool { return w.Edge.FrontDoor != nil }
	provision := func(w *World) bool { return edge(w) && w.Edge.FrontDoor.Provision != nil }
	return []Rule{
		{
			Code: "AK309", Severity: Warning,
			Fault:   "Front Door caches nothing",
			Title:   "Front Door caches the files of a version",
			Why:     "The files of a version never change, and they are nearly all bytes that the site sends. Without a cache at the edge each of them crosses the ocean once for each build, and waits for a pod.",
			Cure:    "Write edge.frontDoor.cache: {}; leave it out where the site serves private modules, which would be kept there too.",
			Example: `edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, loadBalancer: {serviceTag: {}}}}`,
			Cured:   edgeExample,
			when: func(w *World) bool {
				return edge(w) && len(w.Athens.Private.Patterns) == 0 && w.Athens.BasicAuth == nil
			},
			find: says("spec.edge.frontDoor.cache", "is left out: every .info, .mod and .zip is fetched from the gateway, for each build",
				func(w *World) bool { return w.Edge.FrontDoor.Cache == nil }),
		},
		{
			Code: "AK310", Severity: Warning,
			Fault:   "clients can reach the gateway past Front Door",
			Title:   "only Front Door reaches the gateway",
			Why:     "The gateway lets through what carries the profile's ID, which stands in your manifests and is no secret to those who may read them. On a load balancer that the whole internet reaches, whoever knows it passes by Front Door and its firewall.",
			Cure:    "Write edge.frontDoor.loadBalancer with serviceTag: {} or privateLink, or an internal gateway (gateway.internal); ignore this where the network in front of the gateway admits AzureFrontDoor.Backend only.",
			Example: `edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, cache: {}}}`,
			Cured:   edgeExample,
			when:    edge,
			find: says("spec.edge.frontDoor.loadBalancer", "is left out: the gateway's own load balancer is open, and whoever knows the profile's ID passes by Front Door",
				func(w *World) bool { return w.Edge.FrontDoor.LoadBalancer == nil && !w.Gateway.Internal }),
		},
		{
			Code: "AK311", Severity: Warning,
			Fault: "the firewall only logs",
			Title: "the firewall blocks",
			Why:   "In mode Detection a firewall writes down what it would have blocked, and lets it pass. That is for trying out new rules.",
			Cure:  "Write firewall.mode: Prevention, or leave it out.",
			Example: provisionExample + `
      firewall: {mode: Detection}`,
			Cured: provisionExample + `
      firewall: {}`,
			when: func(w *World) bool { return provision(w) && w.Edge.FrontDoor.Provision.Firewall != nil },
			find: says("spec.edge.frontDoor.provision.firewall.mode", "is Detection: the firewall logs and lets everything pass",
				func(w *World) bool { return w.Edge.FrontDoor.Provision.Firewall.Mode == v1alpha1.FirewallDetection }),
		},
		{
			Code: "AK312", Severity: Warning,
			Fault: "the site rejects its Front Door",
			Title: "the site accepts its Front Door",
			Why:   "The profile gets its ID when Azure makes it. Until the ID is written down, the gateway lets nobody through but health probes: that is safe, and no build gets a module.",
			Cure:  "Apply once, read the ID (az afd profile show prints it as frontDoorId), write it as edge.frontDoor.id and apply again.",
			Example: strings.Replace(provisionExample, `
    id: 11111111-2222-3333-4444-555555555555`, "", 1),
			Cured: provisionExample,
			when:  provision,
			find: says("spec.edge.frontDoor.id", "is left out: the site is closed to everybody until the profile's ID stands there",
				func(w *World) bool { id := w.Edge.FrontDoor.ID; return id == "" || id == v1alpha1.NoFrontDoor }),
		},
		{
			Code: "AK313", Severity: Warning,
			Fault: "Front Door has no private endpoints in the private link's region",
			Title: "Front Door has private endpoints in the private link's region",
			Why:   "Front Door reaches a private link service through an endpoint of its own, which it makes in some Azure regions only. Anywhere else Azure refuses the origin.",
			Cure:  "Write the nearest of these as privateLink.location; it need not be the region of the cluster: " + strings.Join(privateEndpoints, ", ") + ".",
			Example: privateLinkExample + `
          location: westus`,
			Cured: privateLinkExample + `
          location: westus2`,
			when: func(w *World) bool {
				return edge(w) && w.Edge.FrontDoor.LoadBalancer != nil && w.Edge.FrontDoor.LoadBalancer.PrivateLink != nil
			},
			find: func(w *World, add add) {
				if l := w.Edge.FrontDoor.LoadBalancer.PrivateLink; !slices.Contains(privateEndpoints, l.Location) {
					add("spec.edge.frontDoor.loadBalancer.privateLink.location", "%s is none of the regions in which Front Door makes private endpoints, as far as this release knows", l.Location)
				}
			},
		},
	}
}
