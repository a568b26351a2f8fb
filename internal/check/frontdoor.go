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
			Why:     "The files of a version never change, and they are nearly all of the site's traffic. Without a cache in Front Door, every build fetches each of them from the region of the site.",
			Cure:    "Set edge.frontDoor.cache: {}. Do not set it for a site with private modules, because Front Door would cache those too.",
			Example: `edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, loadBalancer: {serviceTag: {}}}}`,
			Cured:   edgeExample,
			when: func(w *World) bool {
				return edge(w) && len(w.Athens.Private.Patterns) == 0 && w.Athens.BasicAuth == nil
			},
			find: says("spec.edge.frontDoor.cache", "is not set: every build fetches every .info, .mod and .zip from the gateway",
				func(w *World) bool { return w.Edge.FrontDoor.Cache == nil }),
		},
		{
			Code: "AK310", Severity: Warning,
			Fault:   "clients can bypass Front Door",
			Title:   "only Front Door reaches the gateway",
			Why:     "The gateway admits every request with the profile's ID, which everyone who can read your manifests knows. If the load balancer is open to the internet, a client with that ID can bypass Front Door and its firewall.",
			Cure:    "Set edge.frontDoor.loadBalancer to serviceTag: {} or privateLink, or use an internal gateway (gateway.internal). Accept this finding if the network in front of the gateway admits only AzureFrontDoor.Backend.",
			Example: `edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, cache: {}}}`,
			Cured:   edgeExample,
			when:    edge,
			find: says("spec.edge.frontDoor.loadBalancer", "is not set: the gateway's own load balancer is open, and a client that knows the profile's ID can bypass Front Door",
				func(w *World) bool { return w.Edge.FrontDoor.LoadBalancer == nil && !w.Gateway.Internal }),
		},
		{
			Code: "AK311", Severity: Warning,
			Fault: "the firewall only logs",
			Title: "the firewall blocks",
			Why:   "In mode Detection, the firewall logs the requests that it would block, but admits them. Use this mode only to try new rules.",
			Cure:  "Set firewall.mode: Prevention, or leave it out.",
			Example: provisionExample + `
      firewall: {mode: Detection}`,
			Cured: provisionExample + `
      firewall: {}`,
			when: func(w *World) bool { return provision(w) && w.Edge.FrontDoor.Provision.Firewall != nil },
			find: says("spec.edge.frontDoor.provision.firewall.mode", "is Detection: the firewall logs requests but blocks none",
				func(w *World) bool { return w.Edge.FrontDoor.Provision.Firewall.Mode == v1alpha1.FirewallDetection }),
		},
		{
			Code: "AK312", Severity: Warning,
			Fault: "the site rejects its Front Door",
			Title: "the site accepts its Front Door",
			Why:   "Azure assigns the ID when it creates the profile. Until you set the ID, the gateway admits only health probes. That is safe, but no build gets a module.",
			Cure:  "Apply the site, read the ID (az afd profile show prints it as frontDoorId), set it as edge.frontDoor.id, and apply again.",
			Example: strings.Replace(provisionExample, `
    id: 11111111-2222-3333-4444-555555555555`, "", 1),
			Cured: provisionExample,
			when:  provision,
			find: says("spec.edge.frontDoor.id", "is not set: the site refuses all requests until you set the profile's ID",
				func(w *World) bool { id := w.Edge.FrontDoor.ID; return id == "" || id == v1alpha1.NoFrontDoor }),
		},
		{
			Code: "AK313", Severity: Warning,
			Fault: "Front Door has no private endpoints in the private link's region",
			Title: "Front Door has private endpoints in the private link's region",
			Why:   "Front Door reaches a private link service through its own endpoint, which it can create only in some Azure regions. In any other region, Azure refuses the origin.",
			Cure:  "Set privateLink.location to the nearest of these regions, which can differ from the region of the cluster: " + strings.Join(privateEndpoints, ", ") + ".",
			Example: privateLinkExample + `
          location: westus`,
			Cured: privateLinkExample + `
          location: westus2`,
			when: func(w *World) bool {
				return edge(w) && w.Edge.FrontDoor.LoadBalancer != nil && w.Edge.FrontDoor.LoadBalancer.PrivateLink != nil
			},
			find: func(w *World, add add) {
				if l := w.Edge.FrontDoor.LoadBalancer.PrivateLink; !slices.Contains(privateEndpoints, l.Location) {
					add("spec.edge.frontDoor.loadBalancer.privateLink.location", "%s is not a region in which Front Door creates private endpoints, as far as this release knows", l.Location)
				}
			},
		},
	}
}
