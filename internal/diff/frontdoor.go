package diff

import "strings"

// internalBalancer is the annotation by which Azure's cloud provider gives a
// load balancer no public address.
const internalBalancer = "service.beta.kubernetes.io/azure-load-balancer-internal"

// frontDoor says what changes on the way from a Front Door to the gateway that
// no order of applying makes harmless.
func (c *comparison) frontDoor() {
	for i := range c.pairs {
		p := &c.pairs[i]
		old, now := p.old.tree, p.now.tree
		switch {
		case p.id.Kind == "Service" && str(at(old, "spec", "type")) == "LoadBalancer" && str(at(now, "spec", "type")) == "LoadBalancer":
			before, after := balancerOf(old), balancerOf(now)
			if before != after {
				c.warn(Exposure, "%s: its %s load balancer becomes a %s one, under another address: nothing is reached until DNS and Front Door know it; let the other regions answer meanwhile", p.old.title(), before, after)
			}
		case p.id.Kind == "AfdOrigin":
			before, after := linkOf(old), linkOf(now)
			if strings.EqualFold(before, after) { // Azure's IDs have no case
				continue
			}
			if (before == "") != (after == "") {
				c.warn(Azure, "%s becomes a %s origin, and Azure refuses an origin group with both kinds: move all origins to a second group first, or switch one region after the other while the rest is disabled", p.old.title(), originKind(after))
			}
			if after != "" {
				c.warn(Azure, "%s: Front Door gets nothing from it until its connection is approved (az network private-endpoint-connection approve)", p.old.title())
			}
		}
	}
}

// balancerOf says whether a load balancer has a public address.
func balancerOf(service map[string]any) string {
	if strings.EqualFold(str(at(service, "metadata", "annotations", internalBalancer)), "true") {
		return "private"
	}
	return "public"
}

// linkOf is the private link service behind an origin; empty for none.
func linkOf(origin map[string]any) string {
	return str(at(origin, "spec", "sharedPrivateLinkResource", "privateLink", "reference", "armId"))
}

func originKind(link string) string {
	if link == "" {
		return "public"
	}
	return "private"
}
