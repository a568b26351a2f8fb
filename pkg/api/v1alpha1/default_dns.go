package v1alpha1

const dnsPort = 53

// defaultDNS names the DNS servers of Kubernetes' distributions and clouds.
func defaultDNS(p *NetworkPolicies) {
	if !*p.Enabled {
		return
	}
	if p.DNS == nil {
		for _, app := range []string{
			"kube-dns",       // of Kubernetes' own, where CoreDNS took its place too
			"coredns",        // of CoreDNS' chart
			"node-local-dns", // the node's cache, where Cilium leads requests to its pod (GKE's Dataplane V2)
		} {
			p.DNS = append(p.DNS, DNSServer{Namespace: "kube-system", Labels: map[string]string{"k8s-app": app}})
		}
		p.DNS = append(p.DNS,
			DNSServer{CIDR: "169.254.20.10/32"}, // NodeLocal DNSCache (kubernetes.io, "Using NodeLocal DNSCache")
			DNSServer{CIDR: "169.254.10.10/31"}) // LocalDNS of AKS, .10 and .11 (github.com/MicrosoftDocs/azure-aks-docs, articles/aks/localdns-custom.md)
	}
	for i := range p.DNS {
		if len(p.DNS[i].Ports) == 0 {
			p.DNS[i].Ports = []int32{dnsPort}
		}
	}
}
