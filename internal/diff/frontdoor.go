package diff

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// internalBalancer is the annotation by which Azure's cloud provider gives a
// load balancer no public address.
const internalBalancer = "service.beta.kubernetes.io/azure-load-balancer-internal"

// reconcilePolicy is the annotation that tells Azure Service Operator to leave
// what is in Azure alone when its object is deleted.
const reconcilePolicy = "serviceoperator.azure.com/reconcile-policy"

// frontDoor says what changes on the way from a Front Door to the gateway that
// no order of applying makes harmless.
func (c *comparison) frontDoor() {
	for i := range c.pairs {
		p := &c.pairs[i]
		old, now := p.old.tree, p.now.tree
		switch {
		case p.id.Kind == "Service" && tree.Text(old, "spec", "type") == "LoadBalancer" && tree.Text(now, "spec", "type") == "LoadBalancer":
			before, after := balancerOf(old), balancerOf(now)
			if before != after {
				c.note(doorMoved, "%s: its %s load balancer becomes a %s one, with another address: clients cannot reach the site until DNS and Front Door have it; let the other regions answer in the meantime", p.old.title(), before, after)
			}
		case p.id.Kind == "AfdOrigin":
			before, after := linkOf(old), linkOf(now)
			if strings.EqualFold(before, after) { // Azure's IDs have no case
				continue
			}
			if (before == "") != (after == "") {
				c.note(originKindChanges, "%s becomes a %s origin, and Azure refuses an origin group with both kinds: move all origins to a second group first, or switch one region after the other while the rest is disabled", p.old.title(), originKind(after))
			}
			if after != "" {
				c.note(originUnapproved, "%s: Front Door gets no answer from it until its connection is approved (az network private-endpoint-connection approve)", p.old.title())
			}
		}
	}
}

// linkName is the annotation that names the private link service of a load
// balancer.
const linkName = "service.beta.kubernetes.io/azure-pls-name"

// recreatedBalancers warns of a load balancer that another Service takes over:
// the cloud gives the new one another address. A private link service belongs to
// one Service, so two that name the same one cannot both serve.
func (c *comparison) recreatedBalancers() {
	balancers := func(objects []Object) []Object {
		return slices.DeleteFunc(ofKind(objects, "Service"), func(o Object) bool { return tree.Text(o.tree, "spec", "type") != "LoadBalancer" })
	}
	for _, old := range balancers(c.gone) {
		for _, now := range balancers(c.come) {
			if old.Namespace == now.Namespace && tree.Equal(tree.Get(old.tree, "spec", "selector"), tree.Get(now.tree, "spec", "selector")) {
				do := "apply the new one, point DNS and Front Door at it, and delete the old one last"
				if link := tree.Text(now.tree, "metadata", "annotations", linkName); link != "" && link == tree.Text(old.tree, "metadata", "annotations", linkName) {
					do = "both name the private link service " + link + ", which belongs to one: let the other regions answer, delete the old one, apply the new one, and approve Front Door's connection again"
				}
				c.note(doorMoved, "%s → %s: the cloud makes another load balancer, under another address: %s", old.title(), now.title(), do)
			}
		}
	}
}

// deletedFrontDoors warns of a profile that is no longer generated in a cluster:
// unlike storage it is not detached, so the operator deletes it in Azure, even
// where another region generates it from now on.
func (c *comparison) deletedFrontDoors(gone []Object) {
	for i := range gone {
		o := &gone[i]
		if o.Kind != "Profile" || o.Group != "cdn.azure.com" || tree.Text(o.tree, "metadata", "annotations", reconcilePolicy) != "" {
			continue
		}
		c.note(frontDoorGoes, "- %s: pruning it here deletes the Front Door in Azure for all regions. To keep it, first annotate its objects of cdn.azure.com and network.frontdoor.azure.com in this cluster with %s: detach-on-delete, apply the region that generates it from then on, or import it into Terraform, and only then apply this", o.title(), reconcilePolicy)
	}
}

func balancerOf(service *yaml.Node) string {
	if strings.EqualFold(tree.Text(service, "metadata", "annotations", internalBalancer), "true") {
		return "private"
	}
	return "public"
}

// linkOf is the private link service behind an origin; empty for none.
func linkOf(origin *yaml.Node) string {
	return tree.Text(origin, "spec", "sharedPrivateLinkResource", "privateLink", "reference", "armId")
}

func originKind(link string) string {
	if link == "" {
		return "public"
	}
	return "private"
}
