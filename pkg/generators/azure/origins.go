package azure

import "github.com/gomods/athens-kfn/pkg/api/v1alpha1"

// Origin is a gateway that Front Door sends requests to.
type Origin struct {
	// Name of the region, or "origin" for a site without regions.
	Name string
	// Host leads to the gateway.
	Host string
	// Port is where it serves HTTPS.
	Port int32
	// PrivateLink is the way to it inside Azure, or nil.
	PrivateLink *v1alpha1.PrivateLink
}

// Origins are the gateways of all regions of a site, in the order of
// spec.regions.
func Origins(site *v1alpha1.AthensSite) []Origin {
	fd, port := site.Spec.Edge.FrontDoor, site.Spec.Gateway.Workload().Port
	if len(site.Spec.Regions) == 0 {
		return []Origin{{"origin", fd.OriginHost, port, privateLink(fd)}}
	}
	out := make([]Origin, len(site.Spec.Regions))
	for i := range site.Spec.Regions {
		r := &site.Spec.Regions[i]
		own := r.Written()
		o := Origin{Name: r.Name, Host: own.Edge.FrontDoor.OriginHost, Port: port, PrivateLink: privateLink(own.Edge.FrontDoor)}
		if port := own.Gateway.Workload().Port; port != 0 {
			o.Port = port
		}
		out[i] = o
	}
	return out
}

func privateLink(fd *v1alpha1.FrontDoor) *v1alpha1.PrivateLink {
	if fd.LoadBalancer == nil {
		return nil
	}
	return fd.LoadBalancer.PrivateLink
}

// MakesFrontDoor says whether the objects of the Front Door belong to these
// manifests: it is one, however many regions the site has.
func MakesFrontDoor(site *v1alpha1.AthensSite) bool {
	fd := site.Spec.Edge.FrontDoor
	return fd != nil && fd.Provision != nil && (site.Spec.Region == "" || site.Spec.Region == fd.Provision.Region)
}
