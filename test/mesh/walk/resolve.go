package walk

import (
	"net/netip"
	"strings"

	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// outside is what every name outside the cluster resolves to.
const outside = "203.0.113.1"

// backend is a pod's address behind a Service.
type backend struct {
	ip   string
	port int
}

// resolve is the cluster's DNS and, for senders without an Envoy, kube-proxy:
// the address that is dialled, and the pods behind it.
func (w *World) resolve(t target) (ip string, behind []backend) {
	if a, err := netip.ParseAddr(t.name); err == nil {
		if w.Cluster.Pod(t.name) != nil {
			behind = []backend{{t.name, t.port}}
		}
		return a.String(), behind
	}
	labels := strings.Split(strings.TrimSuffix(t.name, ".cluster.local"), ".")
	n := len(labels)
	if n < 3 || labels[n-1] != "svc" {
		return outside, nil
	}
	// A pod behind a headless Service has its own name in front.
	svc := manifest.Find(w.Cluster.Objects, "Service", labels[n-2], labels[n-3])
	if svc == nil {
		return outside, nil
	}
	for _, slice := range w.Cluster.Objects {
		if slice.Kind() != "EndpointSlice" || slice.Namespace() != svc.Namespace() ||
			slice.Labels("metadata", "labels")["kubernetes.io/service-name"] != svc.Name() {
			continue
		}
		for _, port := range svc.List("spec", "ports") {
			for _, p := range slice.List("ports") {
				if port["port"] == t.port && p.Text("name") == port.Text("name") {
					number, _ := p.Int("port")
					for _, e := range slice.List("endpoints") {
						behind = append(behind, backend{e["addresses"].([]any)[0].(string), number})
					}
				}
			}
		}
	}
	if ip = svc.Text("spec", "clusterIP"); ip == "None" && len(behind) > 0 {
		ip = behind[0].ip
	}
	return ip, behind
}
