package v1alpha1

import "slices"

// Ways from Front Door to the gateway of a region.
const (
	unknownWay = ""
	publicWay  = "public"
	privateWay = "private"
)

// originGroup checks what ties the regions together: behind one Front Door and
// under one host they are origins of one group. Overrides are compared as they
// are written: what a region leaves out is not known of the others.
func (r *rules) originGroup(path string, fd *FrontDoor) {
	const field = ".edge.frontDoor.loadBalancer"
	regions := r.spec.Regions
	if lb := fd.LoadBalancer; lb != nil && lb.PrivateLink != nil && len(regions) > 0 &&
		!slices.ContainsFunc(regions, func(o Region) bool {
			l := o.privateLink()
			return l != nil && sameWord(l.ResourceID, lb.PrivateLink.ResourceID)
		}) {
		r.add(path+".loadBalancer.privateLink", "is the private link service of one cluster, and the site has regions: write one in each of them")
	}
	for i := range regions {
		region, at := &regions[i], overridesPath(i)
		link, way := region.privateLink(), region.way(fd)
		if link != nil && (link.ResourceID == "" || link.Location == "") {
			r.add(at+field+".privateLink", "is written in part: write resourceID and location of this region's own private link service")
			continue
		}
		if j := slices.IndexFunc(regions[:i], func(o Region) bool {
			first := o.privateLink()
			return link != nil && first != nil && sameWord(link.ResourceID, first.ResourceID)
		}); j >= 0 {
			r.add(at+field+".privateLink.resourceID", "is the private link service of %s already, and each cluster makes its own: write another name", regions[j].Name)
		}
		if j := slices.IndexFunc(regions[:i], func(o Region) bool {
			other := o.way(fd)
			return way != unknownWay && other != unknownWay && way != other && region.sameGroup(&o)
		}); j >= 0 {
			r.add(at+field, "makes %s a %s origin of Front Door, and %s is a %s one: Azure refuses an origin group with both: write privateLink for all regions, or for none", region.Name, way, regions[j].Name, regions[j].way(fd))
		}
	}
	hasPort := func(o Region) bool { return o.Written().Gateway.Workload().Port != 0 }
	if fd.Provision == nil || !slices.ContainsFunc(regions, hasPort) {
		return
	}
	for i := range regions {
		if !hasPort(regions[i]) {
			r.add(overridesPath(i)+".gateway.istio.workload.port", "is required: another region has a port of its own, and Front Door is told the port of each: write it here too, as in 443")
		}
	}
}

// frontDoor that a region's overrides name, or nil.
func (o *Region) frontDoor() *FrontDoor { return o.Written().Edge.FrontDoor }

// loadBalancer that a region's overrides name, or nil.
func (o *Region) loadBalancer() *FrontDoorLoadBalancer {
	if fd := o.frontDoor(); fd != nil {
		return fd.LoadBalancer
	}
	return nil
}

// privateLink that a region's overrides name, or nil.
func (o *Region) privateLink() *PrivateLink {
	if lb := o.loadBalancer(); lb != nil {
		return lb.PrivateLink
	}
	return nil
}

// way to a region. Where the site makes the Front Door, what is not private is
// public; else a gateway's own load balancer is not known.
func (o *Region) way(fd *FrontDoor) string {
	lb := o.loadBalancer()
	if lb == nil {
		lb = fd.LoadBalancer
	}
	switch {
	case o.privateLink() != nil:
		return privateWay
	case fd.Provision != nil || lb != nil && lb.ServiceTag != nil:
		return publicWay
	}
	return unknownWay
}

// sameGroup says whether two regions are reached through one Front Door and
// under one host.
func (o *Region) sameGroup(p *Region) bool {
	id := func(o *Region) string {
		if fd := o.frontDoor(); fd != nil {
			return fd.ID
		}
		return ""
	}
	return o.Written().Host == p.Written().Host && id(o) == id(p)
}
