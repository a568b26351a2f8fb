package v1alpha1

import (
	"net/netip"
	"slices"
	"strings"
)

// MetadataRanges are addresses where clouds hand identities, keys and settings
// to every caller: no program of the site may be led there by a name that another owner
// else chose. Most are link-local; the others are listed with their sources.
func MetadataRanges() []netip.Prefix {
	return prefixes(
		// RFC 3927 and RFC 4291: AWS, Azure, Google Cloud, Oracle, IBM,
		// DigitalOcean, OpenStack and, on EKS and ECS, the credentials of pods.
		"169.254.0.0/16", "fe80::/10",
		// Azure's WireServer
		// (learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
		"168.63.129.16/32",
		// Alibaba Cloud (alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata).
		"100.100.100.200/32",
		// AWS: EC2's metadata service is fd00:ec2::254, EKS Pod Identity
		// fd00:ec2::23 (docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html).
		"fd00:ec2::/32",
		// Google Cloud's metadata server for instances without IPv4.
		"fd20:ce::254/128",
		// Oracle Cloud, as its own SDK asks it.
		"fd00:c1::a9fe:a9fe/128",
		// Scaleway (docs.cloud-init.io, datasource Scaleway).
		"fd00:42::42/128",
	)
}

// MetadataNames are the names of the same services. AWS has one for each region
// besides (instance-data.<region>.compute.internal).
func MetadataNames() []string {
	return []string{
		// Google Cloud (docs.cloud.google.com/compute/docs/metadata/querying-metadata).
		"metadata.google.internal", "metadata.goog",
		// AWS, region us-east-1; its address is 169.254.169.254 in each.
		"instance-data.ec2.internal",
		// Azure documents its address only
		// (learn.microsoft.com/azure/virtual-machines/instance-metadata-service);
		// this name is in common deny lists.
		"metadata.azure.internal",
		// Tencent Cloud (tencentcloud.com/document/product/213/4934).
		"metadata.tencentyun.com",
		// IBM Cloud (cloud.ibm.com/apidocs/vpc-metadata), which takes no address over HTTPS.
		"api.metadata.cloud.ibm.com",
		// Exoscale (docs.cloud-init.io, datasource Exoscale).
		"metadata.exoscale.com",
	}
}

// IsMetadata says whether a host is one of these services, by name or address.
func IsMetadata(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		a = a.Unmap()
		return InRanges(netip.PrefixFrom(a, a.BitLen()), MetadataRanges())
	}
	aws := strings.HasPrefix(host, "instance-data.") && strings.HasSuffix(host, ".compute.internal")
	return aws || slices.Contains(MetadataNames(), host)
}

// ServiceNamespace says whether a host is a Service of the cluster, and of which
// namespace: name.namespace.svc, with or without the cluster's domain. A pod
// behind a headless Service, pod.name.namespace.svc, is one too.
func (s *AthensSiteSpec) ServiceNamespace(host string) (namespace string, ok bool) {
	parts := strings.Split(strings.TrimSuffix(host, "."+s.ClusterDomain), ".")
	if n := len(parts); n >= 3 && parts[n-1] == "svc" {
		return parts[n-2], true
	}
	return "", false
}

// AllowedService is the entry of egress.allow for a Service of the cluster, nil
// if there is none. The cluster's domain may be left out in either.
func (s *AthensSiteSpec) AllowedService(host string) *EgressAllowance {
	short := func(host string) string { return strings.TrimSuffix(host, "."+s.ClusterDomain) }
	if i := slices.IndexFunc(s.Egress.Allow, func(a EgressAllowance) bool { return a.Host != "" && short(a.Host) == short(host) }); i >= 0 {
		return &s.Egress.Allow[i]
	}
	return nil
}

// PrivateRanges are where clusters, their nodes and the networks around them
// have their addresses: those of IANA's registries of special-purpose addresses
// that lead to no host of the internet, but for the ones in documentation.
func PrivateRanges() []netip.Prefix {
	return prefixes(
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // RFC 1918
		"100.64.0.0/10",  // RFC 6598, which EKS and GKE give to pods
		"192.0.0.0/24",   // RFC 6890
		"198.18.0.0/15",  // RFC 2544
		"240.0.0.0/4",    // RFC 1112, which GKE gives to pods
		"fc00::/7",       // RFC 4193
		"64:ff9b:1::/48", // RFC 8215: translation to IPv4 within a network
	)
}

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// InRanges says whether one of the ranges holds all of a prefix.
func InRanges(p netip.Prefix, ranges []netip.Prefix) bool {
	return slices.ContainsFunc(ranges, func(r netip.Prefix) bool { return r.Bits() <= p.Bits() && r.Contains(p.Addr()) })
}
