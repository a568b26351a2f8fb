package cluster

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8slabels "k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// Forbids names the NetworkPolicies that keep a pod from another one or, if
// there is none, from an address: "" if the connection is allowed.
func (c *Cluster) Forbids(from *Pod, to *Pod, ip string, port int) string {
	if why := c.forbids(from, "Egress", "to", to, ip, port); why != "" {
		return why
	}
	if to == nil {
		return ""
	}
	return c.forbids(to, "Ingress", "from", from, from.IP, port)
}

// forbids checks one side: the policies of a pod against its peer.
func (c *Cluster) forbids(p *Pod, direction, peers string, peer *Pod, ip string, port int) string {
	why := ""
	for _, policy := range c.Objects {
		types, _ := policy.At("spec", "policyTypes").([]any)
		if policy.Kind() != "NetworkPolicy" || policy.Namespace() != p.Namespace ||
			!slices.Contains(types, any(direction)) || !c.selects(policy.Map("spec", "podSelector"), p.Labels) {
			continue
		}
		key := map[string]string{"Egress": "egress", "Ingress": "ingress"}[direction]
		for _, rule := range policy.List("spec", key) {
			if onPort(rule, port) && c.isPeer(rule, peers, policy.Namespace(), peer, ip) {
				return ""
			}
		}
		why = fmt.Sprintf("NetworkPolicy %s/%s forbids %s on port %d", policy.Namespace(), policy.Name(), key, port)
	}
	return why
}

func onPort(rule manifest.Object, port int) bool {
	ports := rule.List("ports")
	return len(ports) == 0 || slices.ContainsFunc(ports, func(p manifest.Object) bool {
		n, ok := p.Int("port")
		return ok && n == port && p.Text("protocol") != "UDP"
	})
}

func (c *Cluster) isPeer(rule manifest.Object, key, namespace string, peer *Pod, ip string) bool {
	list := rule.List(key)
	if rule[key] == nil {
		return true
	}
	return slices.ContainsFunc(list, func(o manifest.Object) bool {
		if block := o.Map("ipBlock"); block != nil {
			return peer == nil && inBlock(block, ip)
		}
		if peer == nil {
			return false
		}
		if o["namespaceSelector"] == nil {
			if peer.Namespace != namespace {
				return false
			}
		} else if labels := manifest.Find(c.Objects, "Namespace", "", peer.Namespace).Labels("metadata", "labels"); !c.selects(o.Map("namespaceSelector"), labels) {
			return false
		}
		return o["podSelector"] == nil || c.selects(o.Map("podSelector"), peer.Labels)
	})
}

func inBlock(block manifest.Object, ip string) bool {
	in := func(cidr string) bool { return netip.MustParsePrefix(cidr).Contains(netip.MustParseAddr(ip)) }
	except, _ := block["except"].([]any)
	return in(block.Text("cidr")) && !slices.ContainsFunc(except, func(e any) bool { return in(e.(string)) })
}

func (c *Cluster) selects(selector manifest.Object, labels map[string]string) bool {
	text, err := json.Marshal(selector)
	if err != nil {
		panic(err)
	}
	var typed metav1.LabelSelector
	if err := json.Unmarshal(text, &typed); err != nil {
		panic(err)
	}
	s, err := metav1.LabelSelectorAsSelector(&typed)
	if err != nil {
		panic(err)
	}
	return s.Matches(k8slabels.Set(labels))
}
