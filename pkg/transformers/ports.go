package transformers

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// enrolServices says what the ports of the workloads' Services speak.
func (r *run) enrolServices(items []*yaml.Node, enrolled []workload, rules []v1alpha1.ServicePort) {
	used := make([]bool, len(rules))
	for _, item := range items {
		o := newObject(item)
		if o.group != "" || o.kind != "Service" {
			continue
		}
		pods := map[string]string{}
		for key, v := range tree.Entries(item, "spec", "selector") {
			pods[key] = v.Value
		}
		if !slices.ContainsFunc(enrolled, func(w workload) bool { return w.namespace == o.namespace && w.has(pods) }) {
			continue
		}
		ports := tree.Items(item, "spec", "ports")
		for i, port := range ports {
			r.port(o, port, "spec.ports"+tree.Index(i), len(ports) == 1, rules, used)
		}
	}
	for i, rule := range rules {
		if !used[i] {
			r.fail(nil, "spec.ports"+tree.Index(i), "no Service of these workloads has the port %s", rule.Port.String())
		}
	}
}

// port writes down what a port speaks, or reports that nothing says it. Istio
// then guesses, and takes a program that speaks first for another.
func (r *run) port(service *object, port *yaml.Node, at string, only bool, rules []v1alpha1.ServicePort, used []bool) {
	name, given := tree.Text(port, "name"), tree.Text(port, "appProtocol")
	said := ""
	for i, rule := range rules {
		named := slices.ContainsFunc(service.places(), func(p place) bool { return p.name == rule.Service })
		if (rule.Service == "" || named) && (rule.Port.String() == name || rule.Port.String() == tree.Text(port, "port")) {
			used[i], said = true, rule.AppProtocol
		}
	}
	if transport := tree.Text(port, "protocol"); transport != "" && transport != "TCP" {
		r.warn(service.node, at, "stays outside the mesh: Istio carries TCP, not %s", transport)
		return
	}
	if said == "" && given == "" {
		said = spoken(name)
	}
	if said == "" && given == "" {
		r.warn(service.node, at, "its protocol is not set, so Istio guesses: set it under spec.ports, as in {port: %s, appProtocol: http}", tree.Text(port, "port"))
		return
	}
	unnamed := name == "" && only && said != ""
	if unnamed {
		name = said
	}
	switch {
	case said == "" || given == said:
	case given != "":
		r.warn(service.node, at+".appProtocol", "stays %s: the Service sets it", given)
	case tree.Text(service.node, "spec", "type") != "LoadBalancer":
		r.put(port, "appProtocol", said)
	case spoken(name) != said: // else Istio knows it by the name
		r.put(port, "appProtocol", said)
		r.keepProbe(service, tree.Text(port, "port"), said)
	}
	if unnamed {
		r.put(port, "name", name)
	}
	if tree.Text(port, "protocol") == "" {
		r.put(port, "protocol", "TCP")
	}
}

// Annotations of a Service that say what the health probe of Azure's load
// balancer speaks: for all ports, and for one port, given its number.
const (
	probeProtocol     = "service.beta.kubernetes.io/azure-load-balancer-health-probe-protocol"
	portProbeProtocol = "service.beta.kubernetes.io/port_%s_health-probe_protocol"
)

// keepProbe makes a cloud's load balancer probe a port as it did before the
// port had an appProtocol. Azure's cloud provider takes the probe's protocol
// from it: http makes a TCP connection a GET of /, and a program that does not
// answer that with 200 loses all of its nodes.
func (r *run) keepProbe(service *object, port, protocol string) {
	own, before := fmt.Sprintf(portProbeProtocol, port), tree.Text(service.node, "metadata", "annotations", probeProtocol)
	if tree.Text(service.node, "metadata", "annotations", own) == "" && probed(protocol) != probed(before) {
		r.meta(service.node, "annotations", own, probed(before))
	}
}

// probed is what Azure's probe speaks to a port of a protocol.
func probed(protocol string) string {
	if p := strings.ToLower(strings.TrimSpace(protocol)); p == "http" || p == "https" {
		return p
	}
	return "tcp"
}

// spoken is the protocol that a port's name begins with.
func spoken(name string) string {
	for _, p := range v1alpha1.AppProtocols() {
		if name == p || strings.HasPrefix(name, p+"-") {
			return p
		}
	}
	return ""
}
