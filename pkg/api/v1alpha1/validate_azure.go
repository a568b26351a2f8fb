package v1alpha1

import (
	"strings"
	"time"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

const (
	// leastMaxAge keeps a cache from asking for one file all the time.
	leastMaxAge = time.Minute
	// mostHost is the longest host of a certificate that Front Door manages.
	mostHost = 64
)

// frontDoor checks what is around the Front Door's identity and deadline.
func (r *rules) frontDoor(path string, fd *FrontDoor) {
	if fd.OriginHost != "" {
		at := child(path, "originHost")
		if r.check(at, siteHost(fd.OriginHost, r.spec.ClusterDomain)) && fd.OriginHost == r.spec.Host {
			r.add(at, "is spec.host, which resolves to Front Door: it would call itself; write a name of the gateway, as in %s", example("westeurope", r.spec.Host))
		}
	}
	if lb := fd.LoadBalancer; lb != nil {
		at := child(path, "loadBalancer")
		if lb.ServiceTag == nil && lb.PrivateLink == nil {
			r.add(at, "is empty; write serviceTag: {} for a public address, or privateLink: {resourceID: …}")
		}
		if l := lb.PrivateLink; l != nil {
			r.privateLink(child(at, "privateLink"), l)
		}
	}
	r.originGroup(path, fd)
	if c := fd.Cache; c != nil {
		at := child(child(path, "cache"), "maxAge")
		if r.seconds(at, c.MaxAge) && c.MaxAge.Duration < leastMaxAge {
			r.add(at, "%s is too short to take load off the gateway; write at least %s, or remove cache", span.Short(c.MaxAge.Duration), span.Short(leastMaxAge))
		}
		if r.spec.Athens.BasicAuth != nil {
			r.add(child(path, "cache"), "would serve one client's answers to every client, and athens.basicAuth is set; remove one of them")
		}
	}
	if p := fd.Provision; p != nil {
		r.provision(child(path, "provision"), fd, p)
	}
}

// privateLink checks a private link service.
func (r *rules) privateLink(path string, l *PrivateLink) {
	if !isResource(l.ResourceID, "Microsoft.Network/privateLinkServices") {
		r.add(child(path, "resourceID"), "%q is not the resource ID of a private link service; write /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Network/privateLinkServices/<name>", l.ResourceID)
	}
	r.location(child(path, "location"), l.Location)
}

// provision checks the Front Door that the site makes.
func (r *rules) provision(path string, fd *FrontDoor, p *FrontDoorProvision) {
	g := p.ResourceGroup
	if r.sound("spec.regions") && !r.provisionRegion(child(path, "region"), p.Region) && g.ResourceID == "" {
		or(&g.Location, "unknown") // its default is the region: one complaint, not two
	}
	r.resourceGroup(child(path, "resourceGroup"), &g)
	if r.enum(child(path, "sku"), p.SKU, FrontDoorStandard, FrontDoorPremium) && p.SKU != FrontDoorPremium && fd.premium() {
		r.add(child(path, "sku"), "%s has neither Private Link nor managed firewall rules, one of which is asked for; write Premium, or remove it", p.SKU)
	}
	r.azureName(child(path, "profile"), p.Profile, 2, 90) // of azurerm; Azure itself takes 1 to 260
	r.azureName(child(path, "endpoint"), p.Endpoint, 2, 46)
	if w := p.Firewall; w != nil {
		r.enum(child(child(path, "firewall"), "mode"), w.Mode, FirewallPrevention, FirewallDetection)
	}
	if len(r.spec.Host) > mostHost {
		r.add("spec.host", "is %d characters long, and Front Door manages certificates for at most %d", len(r.spec.Host), mostHost)
	}
	r.origins(fd)
}

// provisionRegion checks the region whose manifests hold the Front Door, and says
// whether it is known.
func (r *rules) provisionRegion(path, name string) bool {
	known := r.spec.regionNames()
	switch {
	case name == "" && len(known) > 0:
		r.add(path, "is required where the site has regions: the manifests of one of them hold the Front Door; write its name: %s", orList(known))
		return false
	case name != "":
		r.holdingRegion(path, name)
	}
	return true
}

// holdingRegion checks the name of the region whose manifests hold something.
func (r *rules) holdingRegion(path, name string) {
	if known := r.spec.regionNames(); len(known) == 0 {
		r.add(path, "names a region, but there is none in spec.regions; remove it")
	} else {
		r.enum(path, name, known...)
	}
}

// origins checks that every region has a name that leads to its gateway alone.
func (r *rules) origins(fd *FrontDoor) {
	const field = "edge.frontDoor.originHost"
	if len(r.spec.Regions) == 0 {
		if at := "spec." + field; fd.OriginHost == "" {
			r.add(at, "is required with provision: Front Door needs a name that resolves to the gateway and not to itself; write one, as in %s", example("origin", r.spec.Host))
		}
		return
	}
	firsts := map[string]int{}
	for i := range r.spec.Regions {
		region, at := &r.spec.Regions[i], overridesPath(i)+"."+field
		host := ""
		if fd := region.frontDoor(); fd != nil {
			host = fd.OriginHost
		}
		switch first, there := firsts[host]; {
		case host == "":
			r.add(at, "is required with provision: each region is an origin of Front Door, under a name of its own; write one, as in %s", example(region.Name, r.spec.Host))
		case there:
			r.add(at, "%s is already the origin of %s; give each region a name of its own", host, r.spec.Regions[first].Name)
		default:
			firsts[host] = i
		}
		if host := region.Written().Host; host != "" && host != r.spec.Host {
			r.add(child(overridesPath(i), "host"), "differs from spec.host, but with provision one Front Door serves all regions under one host; remove it")
		}
	}
}

// resourceGroup checks a group that is made or there already.
func (r *rules) resourceGroup(path string, g *AzureResourceGroup) {
	switch {
	case g.Name == "" && g.ResourceID == "":
		r.add(path, "is required; write name for a group that the site creates, or resourceID for an existing one")
	case g.Name != "" && g.ResourceID != "": // a union
	case g.ResourceID != "":
		if !isGroup(g.ResourceID) {
			r.add(child(path, "resourceID"), "%q is not the resource ID of a resource group; write /subscriptions/<id>/resourceGroups/<group>", g.ResourceID)
		}
		if g.Location != "" {
			r.add(child(path, "location"), "is set together with resourceID, but an existing group has its location; remove it")
		}
	default:
		r.check(child(path, "name"), groupName(g.Name))
		if g.Location != "" || len(r.site.OpenRegions()) == 0 { // else each region is the default
			r.location(child(path, "location"), g.Location)
		}
	}
}

// groupName is a resource group that is also the name of an object.
func groupName(s string) string {
	if problem := dnsName(s); problem != "" || len(s) > 90 {
		return quote.Sprintf("%q is not a resource group that could be made here; write at most 90 lower case letters, digits, hyphens and dots, as in goproxy", s)
	}
	return ""
}

// location checks an Azure region.
func (r *rules) location(path, s string) {
	if s == "" {
		r.add(path, "is required; write an Azure region, as in westeurope")
		return
	}
	r.check(path, r.azureRegion(s))
}

// azureName checks a name of letters, digits and hyphens.
func (r *rules) azureName(path, s string, least, most int) {
	if len(s) < least || len(s) > most || !inSet(s, alphabet+digits+"-") || strings.Trim(s, "-") != s {
		r.add(path, "%q is not a name that Azure accepts here; write %d to %d letters, digits and hyphens, the first and the last no hyphen", s, least, most)
	}
}

// isGroup says whether a string is the resource ID of a resource group.
func isGroup(s string) bool {
	p := strings.Split(s, "/")
	return len(p) == 5 && p[0] == "" && sameWord(p[1], "subscriptions") && isUUID(p[2]) &&
		sameWord(p[3], "resourceGroups") && isGroupName(p[4])
}

// isResource says whether a string is the resource ID of a resource of a kind,
// written as Provider/type. Azure does not care about the case of the words.
func isResource(s, kind string) bool {
	p := strings.Split(s, "/")
	return len(p) == 9 && isGroup(strings.Join(p[:5], "/")) && sameWord(p[5], "providers") &&
		sameWord(p[6]+"/"+p[7], kind) && isResourceName(p[8])
}

// example is a name beside a host: goproxy.example.com, in westeurope, becomes
// goproxy-westeurope.example.com.
func example(suffix, host string) string {
	name, domain, _ := strings.Cut(host, ".")
	return name + "-" + suffix + "." + domain
}
