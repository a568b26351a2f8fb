package diff

import (
	"cmp"
	"strings"
)

// connections that NetworkPolicies allow, all of them together.
func connections(objects []Object) (out []string) {
	for _, o := range ofKind(objects, "NetworkPolicy") {
		spec := mapping(o.tree["spec"])
		pods := target(at(spec, "podSelector", "matchLabels"), o.Namespace)
		closed := strings.Join(strs(spec["policyTypes"]), " and ")
		out = append(out, "NetworkPolicy: "+pods+": "+cmp.Or(strings.ToLower(closed), "ingress")+" is closed but for what is listed")
		for _, side := range []struct{ key, peers, verb string }{{"ingress", "from", " accepts "}, {"egress", "to", " may call "}} {
			for _, r := range items(spec[side.key]) {
				rule := mapping(r)
				ports := portList(items(rule["ports"]))
				peers := items(rule[side.peers])
				if len(peers) == 0 {
					out = append(out, "NetworkPolicy: "+pods+side.verb+ports+" "+side.peers+" anywhere")
				}
				for _, p := range peers {
					out = append(out, "NetworkPolicy: "+pods+side.verb+ports+" "+side.peers+" "+peerOf(mapping(p), o.Namespace))
				}
			}
		}
	}
	return out
}

func portList(ports []any) string {
	var out []string
	for _, p := range ports {
		m := mapping(p)
		out = append(out, strings.TrimSpace(cmp.Or(str(m["protocol"]), "TCP")+" "+str(m["port"])))
	}
	return cmp.Or(strings.Join(out, ", "), "any port")
}

func peerOf(p map[string]any, namespace string) string {
	if block := mapping(p["ipBlock"]); block != nil {
		return strings.TrimSpace(str(block["cidr"]) + " " + list("except ", strs(block["except"])))
	}
	where := namespace
	if n, ok := p["namespaceSelector"]; ok {
		labels := mapping(mapping(n)["matchLabels"])
		where = cmp.Or(str(labels["kubernetes.io/metadata.name"]), cmp.Or(pairs(labels), "any namespace"))
	}
	return target(mapping(mapping(p["podSelector"])["matchLabels"]), where)
}

// outside are the hosts that the mesh lets programs reach.
func outside(objects []Object) (out []string) {
	for _, o := range ofKind(objects, "ServiceEntry") {
		for _, host := range strs(at(o.tree, "spec", "hosts")) {
			for _, p := range items(at(o.tree, "spec", "ports")) {
				port := mapping(p)
				out = append(out, "egress to "+host+":"+str(port["number"])+" ("+str(port["protocol"])+")")
			}
		}
	}
	return out
}
