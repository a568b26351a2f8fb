package diff

import (
	"cmp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// connections that NetworkPolicies allow, all of them together.
func connections(objects []Object) (out []string) {
	for _, o := range ofKind(objects, "NetworkPolicy") {
		spec := tree.Get(o.tree, "spec")
		pods := target(tree.Get(spec, "podSelector", "matchLabels"), o.Namespace)
		closed := strings.Join(texts(spec, "policyTypes"), " and ")
		out = append(out, "NetworkPolicy: "+pods+": "+cmp.Or(strings.ToLower(closed), "ingress")+" is closed but for what is listed")
		for _, side := range []struct{ key, peers, verb string }{{"ingress", "from", " accepts "}, {"egress", "to", " may call "}} {
			for _, rule := range tree.Items(spec, side.key) {
				ports := portList(tree.Items(rule, "ports"))
				peers := tree.Items(rule, side.peers)
				if len(peers) == 0 {
					out = append(out, "NetworkPolicy: "+pods+side.verb+ports+" "+side.peers+" anywhere")
				}
				for _, p := range peers {
					out = append(out, "NetworkPolicy: "+pods+side.verb+ports+" "+side.peers+" "+peerOf(p, o.Namespace))
				}
			}
		}
	}
	return out
}

func portList(ports []*yaml.Node) string {
	var out []string
	for _, p := range ports {
		out = append(out, strings.TrimSpace(cmp.Or(tree.Text(p, "protocol"), "TCP")+" "+tree.Text(p, "port")))
	}
	return cmp.Or(strings.Join(out, ", "), "any port")
}

func peerOf(p *yaml.Node, namespace string) string {
	if block := tree.Get(p, "ipBlock"); block != nil {
		return strings.TrimSpace(tree.Text(block, "cidr") + " " + list("except ", texts(block, "except")))
	}
	where := namespace
	if n := tree.Get(p, "namespaceSelector"); n != nil {
		labels := tree.Get(n, "matchLabels")
		where = cmp.Or(tree.Text(labels, "kubernetes.io/metadata.name"), cmp.Or(pairs(labels), "any namespace"))
	}
	return target(tree.Get(p, "podSelector", "matchLabels"), where)
}

// outside are the hosts that the mesh lets programs reach.
func outside(objects []Object) (out []string) {
	for _, o := range ofKind(objects, "ServiceEntry") {
		for _, host := range texts(o.tree, "spec", "hosts") {
			for _, port := range tree.Items(o.tree, "spec", "ports") {
				out = append(out, "egress to "+host+":"+tree.Text(port, "number")+" ("+tree.Text(port, "protocol")+")")
			}
		}
	}
	return out
}
