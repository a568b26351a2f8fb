package generators

import (
	"fmt"
	"net/netip"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

type egressRule = networkingv1.NetworkPolicyEgressRule

// Addresses that Kubernetes and clouds give a meaning.
const (
	// nodeLocalDNS is where NodeLocal DNSCache listens on every node.
	nodeLocalDNS = "169.254.20.10/32"
	// gkeMetadata is what GKE turns MetadataAddress into, with port 988,
	// before policies see it.
	gkeMetadata     = "169.254.169.252/32"
	gkeMetadataPort = 988

	allIPv4 = "0.0.0.0/0"
	allIPv6 = "::/0"
)

// istiodPort is where sidecars get their certificate and configuration.
const istiodPort = 15012

// commonEgress is what every pod needs: names and, in a mesh, the control
// plane and the collector of traces.
func commonEgress(site *v1alpha1.AthensSite) []egressRule {
	out := []egressRule{{
		To:    append(dnsPeers(), address(nodeLocalDNS)),
		Ports: append(udp(53), tcp(53)...),
	}}
	if Meshed(site) {
		out = append(out, egressRule{To: []peer{namespacePeer(site.Spec.Mesh.RootNamespace)}, Ports: tcp(istiodPort)})
	}
	if t := site.Spec.Tracing; t != nil {
		out = append(out, egressRule{To: []peer{namespacePeer(t.Collector.ServiceRef.Namespace)}, Ports: tcp(collectorPorts(site)...)})
	}
	return out
}

// toAthens is the way to Athens' pods.
func toAthens(site *v1alpha1.AthensSite) egressRule {
	return egressRule{To: []peer{podPeer(site, Athens)}, Ports: tcp(AthensPort)}
}

// athensEgress is commonEgress and the site's endpoints: those of the cluster
// by their namespace, addresses as they are, and for everything else the
// internet on their ports, because policies know no names. In mode Open the
// clients name hosts too, so there the ports of modules lead to public
// addresses, and to the private ones that the spec opens.
func athensEgress(site *v1alpha1.AthensSite) []egressRule {
	out := commonEgress(site)
	var open, ports []int32
	if site.Spec.Egress.Mode == v1alpha1.EgressOpen {
		open = v1alpha1.OpenPorts()
	}
	for _, e := range Endpoints(site) {
		namespace, inCluster := site.Spec.ServiceNamespace(e.Host)
		switch {
		case inCluster:
			out = append(out, serviceEgress(namespace, e.Port))
		case e.Host == metadataAddress:
			out = append(out, metadataEgress(site, e.Port)...)
		case e.IsAddress():
			out = append(out, outside(e))
		case !slices.Contains(open, e.Port) && !slices.Contains(ports, e.Port):
			ports = append(ports, e.Port)
		}
	}
	if len(open) > 0 {
		out = append(out, egressRule{
			To:    everywhereBut(slices.Concat(v1alpha1.MetadataRanges(), v1alpha1.PrivateRanges())),
			Ports: tcp(open...),
		})
	}
	out = append(out, allowedRanges(site)...)
	if len(ports) > 0 {
		out = append(out, internet(ports))
	}
	return distinct(out)
}

// allowedRanges is the way to the networks that the spec opens, one rule for
// those with the same ports.
func allowedRanges(site *v1alpha1.AthensSite) []egressRule {
	var out []egressRule
	places := map[string]int{}
	for _, a := range site.Spec.Egress.Allow {
		if a.CIDR == "" {
			continue
		}
		ports := fmt.Sprint(a.Ports)
		at, there := places[ports]
		if !there {
			at, out = len(out), append(out, egressRule{Ports: tcp(a.Ports...)})
			places[ports] = at
		}
		out[at].To = append(out[at].To, address(a.CIDR, within(a.CIDR, v1alpha1.MetadataRanges())...))
	}
	return out
}

// serviceEgress is the way to a Service of another namespace. Policies see the
// pods' port. A database listens on the port of its Service; behind 80 and 443
// there is usually another one that only the Service knows, so there the whole
// namespace is open.
func serviceEgress(namespace string, port int32) egressRule {
	rule := egressRule{To: []peer{namespacePeer(namespace)}}
	if port != 80 && port != 443 {
		rule.Ports = tcp(port)
	}
	return rule
}

// metadataEgress is the way to the cloud's identity, for storages that use it.
func metadataEgress(site *v1alpha1.AthensSite, port int32) []egressRule {
	out := []egressRule{{To: []peer{address(metadataAddress + "/32")}, Ports: tcp(port)}}
	if site.Spec.Athens.Storage.GCS != nil {
		out = append(out, egressRule{To: []peer{address(gkeMetadata)}, Ports: tcp(gkeMetadataPort)})
	}
	return out
}

// outside is the way to an endpoint that is no part of the cluster.
func outside(e Endpoint) egressRule {
	if e.IsAddress() {
		return egressRule{To: []peer{address(single(e.Host))}, Ports: tcp(e.Port)}
	}
	return internet([]int32{e.Port})
}

// internet is the way to hosts that the spec names, whatever their addresses:
// all but those where a cloud hands out identities.
func internet(ports []int32) egressRule {
	return egressRule{To: everywhereBut(v1alpha1.MetadataRanges()), Ports: tcp(ports...)}
}

// everywhereBut is every address but those in some ranges, IPv4 ones by their
// names for IPv6-only pods (RFC 6052) too.
func everywhereBut(closed []netip.Prefix) []peer {
	for _, p := range closed {
		if p.Addr().Is4() {
			closed = append(closed, translated(p))
		}
	}
	return []peer{address(allIPv4, within(allIPv4, closed)...), address(allIPv6, within(allIPv6, closed)...)}
}

// translated is how a pod without IPv4 names a range of it, RFC 6052's
// well-known prefix before the address.
func translated(p netip.Prefix) netip.Prefix {
	a := netip.MustParseAddr("64:ff9b::").As16()
	v4 := p.Addr().As4()
	copy(a[12:], v4[:])
	return netip.PrefixFrom(netip.AddrFrom16(a), 96+p.Bits())
}

// within are the ranges inside a CIDR, in their order, without those inside
// others.
func within(cidr string, ranges []netip.Prefix) (out []string) {
	all := []netip.Prefix{netip.MustParsePrefix(cidr)} // validation has read it
	for i, p := range ranges {
		others := slices.Delete(slices.Clone(ranges), i, i+1)
		if v1alpha1.InRanges(p, all) && !v1alpha1.InRanges(p, others) {
			out = append(out, p.String())
		}
	}
	return out
}

// single is the range of one address.
func single(host string) string {
	if a, err := netip.ParseAddr(host); err == nil && a.Is6() {
		return host + "/128"
	}
	return host + "/32"
}

// distinct are the rules without those that are there already.
func distinct(rules []egressRule) []egressRule {
	seen := make(map[string]bool, len(rules))
	return slices.DeleteFunc(rules, func(r egressRule) bool {
		text := r.String()
		again := seen[text]
		seen[text] = true
		return again
	})
}
