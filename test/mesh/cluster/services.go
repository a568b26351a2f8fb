package cluster

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// addServices defaults the Services and adds the EndpointSlices of their pods.
func (c *Cluster) addServices() {
	n := 0
	for _, svc := range slices.Clone(c.Objects) {
		if svc.Kind() != "Service" || svc.Group() != "" {
			continue
		}
		defaultService(svc, n)
		n++
		c.Objects = append(c.Objects, c.slices(svc)...)
	}
}

// defaultService is what the API server does.
func defaultService(svc manifest.Object, n int) {
	spec := svc.Map("spec")
	if spec["type"] == nil {
		spec["type"] = "ClusterIP"
	}
	if spec["clusterIP"] == nil {
		spec["clusterIP"] = address(96, n)
	}
	spec["clusterIPs"] = []any{spec["clusterIP"]}
	for _, port := range svc.List("spec", "ports") {
		if port["protocol"] == nil {
			port["protocol"] = "TCP"
		}
		if port["targetPort"] == nil {
			port["targetPort"] = port["port"]
		}
	}
}

// slices of a Service's pods: one for each set of port numbers that its pods
// give the Service's target ports.
func (c *Cluster) slices(svc manifest.Object) []manifest.Object {
	selector := svc.Labels("spec", "selector")
	if len(selector) == 0 {
		return nil
	}
	endpoints, ports := map[string][]any{}, map[string][]any{}
	for _, p := range c.Select(svc.Namespace(), selector) {
		list := p.endpointPorts(svc)
		key := fmt.Sprint(list)
		ready := c.trouble.Unready == nil || !c.trouble.Unready(p)
		ports[key] = list
		endpoints[key] = append(endpoints[key], map[string]any{
			"addresses":  []any{p.IP},
			"conditions": map[string]any{"ready": ready, "serving": ready, "terminating": false},
			"nodeName":   nodeIn(p.Zone),
			"zone":       p.Zone,
			"targetRef":  map[string]any{"kind": "Pod", "name": p.Name, "namespace": p.Namespace},
		})
	}
	var out []manifest.Object
	for i, key := range slices.Sorted(maps.Keys(endpoints)) {
		out = append(out, manifest.Object{
			"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
			"metadata": map[string]any{
				"name": fmt.Sprintf("%s-%d", svc.Name(), i), "namespace": svc.Namespace(),
				"labels": map[string]any{"kubernetes.io/service-name": svc.Name()},
			},
			"addressType": "IPv4",
			"endpoints":   endpoints[key],
			"ports":       ports[key],
		})
	}
	return out
}

// endpointPorts are the ports of a Service on one pod; a named target port that
// the pod does not have is left out.
func (p *Pod) endpointPorts(svc manifest.Object) []any {
	var out []any
	for _, port := range svc.List("spec", "ports") {
		number, ok := port["targetPort"].(int)
		if !ok {
			number = p.Ports[port.Text("targetPort")]
		}
		if number == 0 {
			continue
		}
		entry := map[string]any{"name": port.Text("name"), "port": number, "protocol": port["protocol"]}
		if app := port["appProtocol"]; app != nil {
			entry["appProtocol"] = app
		}
		out = append(out, entry)
	}
	return out
}
