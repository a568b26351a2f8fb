package v1alpha1

import (
	"slices"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// dns checks the DNS servers that policies open.
func (r *rules) dns() {
	const path = "spec.networkPolicies.dns"
	p := &r.spec.NetworkPolicies
	if !*p.Enabled {
		return
	}
	if len(p.DNS) == 0 {
		r.add(path, "is empty, so that no pod would find the address of a name; leave it out, or write the cluster's DNS servers")
	}
	for i, d := range p.DNS {
		at := item(path, i)
		switch {
		case d.Namespace == "" && d.CIDR == "":
			r.add(at, "names nothing; write namespace or cidr, as in {namespace: openshift-dns, ports: [5353]}")
		case d.Namespace != "" && d.CIDR != "": // a union
		case d.Namespace != "":
			r.check(child(at, "namespace"), dnsLabel(d.Namespace))
		default:
			r.check(child(at, "cidr"), nodeRange(d.CIDR, d.Ports))
			if len(d.Labels) > 0 {
				r.add(child(at, "labels"), "has no meaning with cidr, because addresses have no labels; remove it")
			}
		}
		r.labels(child(at, "labels"), d.Labels)
		for j, port := range d.Ports {
			r.port(item(child(at, "ports"), j), port)
			if slices.Contains(d.Ports[:j], port) {
				r.add(item(child(at, "ports"), j), "%d is repeated; remove one", port)
			}
		}
	}
}

// nodeRange is where a DNS server of the cluster may listen. Where a cloud hands
// out identities too, only the port of DNS may be open.
func nodeRange(s string, ports []int32) string {
	p, problem := prefix(s, "169.254.25.10/32")
	switch {
	case problem != "":
		return problem
	case InRanges(p, PrivateRanges()):
		return ""
	case !InRanges(p, MetadataRanges()):
		return quote.Sprintf("%q holds public addresses, which no DNS server of the cluster has; write the address on the nodes, as in 169.254.25.10/32", s)
	case slices.ContainsFunc(ports, func(port int32) bool { return port != dnsPort }):
		return quote.Sprintf("%q is where clouds hand out identities too, and only port 53 may be open there; write ports: [53]", s)
	}
	return ""
}
