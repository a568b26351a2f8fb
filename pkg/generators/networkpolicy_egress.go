package generators

import (
	"net/netip"
	"reflect"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

type egressRule = networkingv1.NetworkPolicyEgressRule

// Addresses that Kubernetes and clouds give a meaning.
const (
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
	out := dnsEgress(site.Spec.NetworkPolicies.DNS)
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

// athensEgress is commonEgress and the ways to what the spec names. In mode Open
// the clients name hosts too, on the ports of modules.
func athensEgress(site *v1alpha1.AthensSite) []egressRule {
	var open []int32
	if site.Spec.Egress.Mode == v1alpha1.EgressOpen {
		open = v1alpha1.OpenPorts()
	}
	ranges := slices.DeleteFunc(slices.Clone(site.Spec.Egress.Allow), func(a v1alpha1.EgressAllowance) bool { return a.CIDR == "" })
	return append(commonEgress(site), ways(site, Endpoints(site), ranges, open, Named(site))...)
}

// crathensEgress is commonEgress, Athens and the other sites whose catalogs are
// read. Without a mesh these are public ones, or in a range of egress.allow.
func crathensEgress(site *v1alpha1.AthensSite) []egressRule {
	sources := DirectSources(site)
	var ranges []v1alpha1.EgressAllowance
	for _, a := range site.Spec.Egress.Allow {
		a.Ports = slices.DeleteFunc(slices.Clone(a.Ports), func(port int32) bool {
			return !slices.ContainsFunc(sources, func(e Endpoint) bool { return e.Port == port })
		})
		if a.CIDR != "" && len(a.Ports) > 0 && !Meshed(site) {
			ranges = append(ranges, a)
		}
	}
	return slices.Concat(commonEgress(site), []egressRule{toAthens(site)}, ways(site, sources, ranges, nil, Meshed(site)))
}

// Named says whether the mesh holds Athens to the hosts that the spec names, so
// that a policy may leave their addresses open.
func Named(site *v1alpha1.AthensSite) bool {
	return Meshed(site) && site.Spec.Egress.Mode == v1alpha1.EgressListed
}

// ways are the rules that open endpoints, ranges and ports to a program. What an
// entry of the spec opens is decided here alone:
//   - an address opens itself;
//   - a Service of the cluster opens the pods of its namespace on servicePorts;
//   - the proxy opens its port to every address but those where clouds hand out
//     identities: it is the site's own choice, and usually on a private one;
//   - a range opens its addresses, but never those where clouds hand out identities;
//   - a name opens its port to every public address, because policies know no
//     names. Private addresses are open by a range only, or where the mesh holds
//     the program to the names (named): a name may resolve there that another owner
//     chose.
func ways(site *v1alpha1.AthensSite, endpoints []Endpoint, ranges []v1alpha1.EgressAllowance, open []int32, named bool) []egressRule {
	var out []egressRule
	ports := slices.Clone(open)
	for _, e := range endpoints {
		namespace, inCluster := site.Spec.ServiceNamespace(e.Host)
		switch {
		case inCluster:
			out = append(out, egressRule{To: []peer{namespacePeer(namespace)}, Ports: tcp(ServicePorts(site, e)...)})
		case e.Host == metadataAddress:
			out = append(out, metadataEgress(site, e.Port)...)
		case e.IsAddress():
			out = append(out, egressRule{To: []peer{address(e.Host + "/32")}, Ports: tcp(e.Port)})
		case slices.Contains(Proxy(site), e):
			out = append(out, egressRule{To: everywhereBut(v1alpha1.MetadataRanges()), Ports: tcp(e.Port)})
		case !slices.Contains(ports, e.Port):
			ports = append(ports, e.Port)
		}
	}
	if len(ports) > 0 {
		closed := v1alpha1.MetadataRanges()
		if !named {
			closed = append(closed, v1alpha1.PrivateRanges()...)
		}
		out = append(out, egressRule{To: everywhereBut(closed), Ports: tcp(ports...)})
	}
	return distinct(append(out, rangeEgress(ranges)...))
}

// dnsEgress is the way to the cluster's DNS servers, and to no other pod of their
// namespaces.
func dnsEgress(servers []v1alpha1.DNSServer) []egressRule {
	var rules byPorts
	for _, d := range servers {
		to := address(d.CIDR)
		if d.Namespace != "" {
			to = namespacePeer(d.Namespace)
			if len(d.Labels) > 0 {
				to.PodSelector = foreignPods(d.Labels)
			}
		}
		rules.open(append(udp(d.Ports...), tcp(d.Ports...)...), to)
	}
	return rules
}

// rangeEgress is the way to ranges of addresses.
func rangeEgress(ranges []v1alpha1.EgressAllowance) []egressRule {
	var rules byPorts
	for _, a := range ranges {
		rules.open(tcp(a.Ports...), address(a.CIDR, within(a.CIDR, v1alpha1.MetadataRanges())...))
	}
	return rules
}

// byPorts are rules, one for all peers with the same ports.
type byPorts []egressRule

func (r *byPorts) open(ports []networkingv1.NetworkPolicyPort, to peer) {
	at := slices.IndexFunc(*r, func(o egressRule) bool { return reflect.DeepEqual(o.Ports, ports) })
	if at < 0 {
		at, *r = len(*r), append(*r, egressRule{Ports: ports})
	}
	(*r)[at].To = append((*r)[at].To, to)
}

// ServicePorts are the ports of the pods behind a Service of the cluster, which
// policies see instead of the Service's: those of its entry in egress.allow.
// Without one they are the Service's own, as a database has them, but for 80 and
// 443: there is usually another port behind these that only the Service knows,
// so that none is returned, and all are open.
func ServicePorts(site *v1alpha1.AthensSite, e Endpoint) []int32 {
	if a := site.Spec.AllowedService(e.Host); a != nil {
		return a.Ports
	}
	if e.Port == 80 || e.Port == 443 {
		return nil
	}
	return []int32{e.Port}
}

// metadataEgress is the way to the cloud's identity, for storages that use it.
func metadataEgress(site *v1alpha1.AthensSite, port int32) []egressRule {
	out := []egressRule{{To: []peer{address(metadataAddress + "/32")}, Ports: tcp(port)}}
	if site.Spec.Athens.Storage.GCS != nil {
		out = append(out, egressRule{To: []peer{address(gkeMetadata)}, Ports: tcp(gkeMetadataPort)})
	}
	return out
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
