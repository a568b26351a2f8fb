package prove

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// connects says whether NetworkPolicies let the pods of a client open a connection to a
// port of a pod. Other pods of the cluster are taken to get through: no promise rests
// on a NetworkPolicy.
func (w *World) connects(c *call, pod *workload, port int) verdict {
	if c.As == Stranger || c.As == Plain {
		return truth(true)
	}
	to := peerPod{namespace: pod.GetNamespace(), labels: pod.template.Labels}
	from := peerPod{c.from.namespace, c.from.labels, c.As == Gateway || outside(c.As)}
	between := func(peer peerPod) opens {
		return func(p *networkingv1.NetworkPolicy, ports []networkingv1.NetworkPolicyPort, peers []networkingv1.NetworkPolicyPeer) verdict {
			return all(hasPort(ports, pod, port), w.hasPeer(p, peers, peer))
		}
	}
	known := all(w.admits(networkingv1.PolicyTypeIngress, to, between(from)), w.admits(networkingv1.PolicyTypeEgress, from, between(to)))
	if from.partly {
		known = all(known, w.configured(from))
	}
	for _, o := range w.others {
		if at := slices.IndexFunc([]peerPod{to, from}, func(p peerPod) bool { return w.mayCut(o, p) }); at >= 0 {
			known = all(known, unsure(o.title()+" may cut connections off, and is not read"))
		}
	}
	return known
}

// configured says whether NetworkPolicies leave a gateway what it has its routes by: DNS
// and istiod. Where these are is not known, only their ports.
func (w *World) configured(gateway peerPod) verdict {
	known := truth(true)
	for _, need := range []struct {
		of    string
		ports []int32
	}{{"DNS", []int32{53, 5353}}, {"istiod", []int32{15012}}} {
		open := w.admits(networkingv1.PolicyTypeEgress, gateway, func(_ *networkingv1.NetworkPolicy, ports []networkingv1.NetworkPolicyPort, _ []networkingv1.NetworkPolicyPeer) verdict {
			return truth(len(ports) == 0 || slices.ContainsFunc(ports, func(p networkingv1.NetworkPolicyPort) bool {
				return slices.ContainsFunc(need.ports, func(n int32) bool { return numbered(p.Port, p.EndPort, n) })
			}))
		})
		if !open.possible() {
			open = unsure(fmt.Sprintf("the NetworkPolicies of namespace %s let the gateway open no connection to port %d of %s", gateway.namespace, need.ports[0], need.of))
		}
		known = all(known, open)
	}
	return known
}

// numbered says whether a port of a rule may be a number. A name is of pods that are not
// known.
func numbered(port *intstr.IntOrString, end *int32, n int32) bool {
	switch {
	case port == nil || port.Type == intstr.String:
		return true
	case end != nil:
		return port.IntVal <= n && n <= *end
	}
	return port.IntVal == n
}

// opens says whether a rule of a NetworkPolicy, of ports and peers, lets a connection
// pass.
type opens func(*networkingv1.NetworkPolicy, []networkingv1.NetworkPolicyPort, []networkingv1.NetworkPolicyPeer) verdict

// peerPod is pods as NetworkPolicies see them; partly says that they may have more
// labels.
type peerPod struct {
	namespace string
	labels    labels.Set
	partly    bool
}

// admits says whether the policies of pods let a connection pass in a direction; those
// without a policy let all pass.
func (w *World) admits(direction networkingv1.PolicyType, of peerPod, open opens) verdict {
	var restricted, opened []verdict
	for _, p := range w.networks {
		if p.Namespace != of.namespace || !restricts(p, direction) {
			continue
		}
		selected := w.fitsPods(p, &p.Spec.PodSelector, of)
		if !selected.possible() {
			continue
		}
		var rules []verdict
		if direction == networkingv1.PolicyTypeIngress {
			for _, r := range p.Spec.Ingress {
				rules = append(rules, open(p, r.Ports, r.From))
			}
		} else {
			for _, r := range p.Spec.Egress {
				rules = append(rules, open(p, r.Ports, r.To))
			}
		}
		opens := some(rules...)
		if !selected.known() && opens.is {
			continue // it opens what it may restrict
		}
		restricted, opened = append(restricted, selected), append(opened, all(selected, opens))
	}
	switch opened := some(opened...); {
	case len(restricted) == 0 || opened.is:
		return truth(true)
	case some(restricted...).known():
		return all(opened) // which is not so, if it is known
	default:
		return unsure(slices.Concat(some(restricted...).why, opened.why)...)
	}
}

func restricts(p *networkingv1.NetworkPolicy, direction networkingv1.PolicyType) bool {
	if types := p.Spec.PolicyTypes; len(types) > 0 {
		return slices.Contains(types, direction)
	}
	return direction == networkingv1.PolicyTypeIngress || len(p.Spec.Egress) > 0
}

// fitsPods says whether a selector of a NetworkPolicy selects pods.
func (w *World) fitsPods(of generators.Object, s *metav1.LabelSelector, p peerPod) verdict {
	parsed, there := w.selectors.Load(s)
	if !there {
		selector, err := metav1.LabelSelectorAsSelector(s)
		if err != nil {
			return unsure(uses(of, "a selector that cannot be read"))
		}
		parsed, _ = selector.Requirements()
		w.selectors.Store(s, parsed)
	}
	known := truth(true)
	for _, r := range parsed.(labels.Requirements) {
		switch {
		case p.partly && !p.labels.Has(r.Key()):
			known = all(known, unsure(uses(of, "a selector by "+r.Key()+", and not all labels of the gateway's pods are known")))
		case !r.Matches(p.labels):
			return truth(false)
		}
	}
	return known
}

// hasPeer says whether a peer is one of those of a rule; no peers are all.
func (w *World) hasPeer(of *networkingv1.NetworkPolicy, peers []networkingv1.NetworkPolicyPeer, peer peerPod) verdict {
	if len(peers) == 0 {
		return truth(true)
	}
	return someOf(peers, func(p networkingv1.NetworkPolicyPeer) verdict {
		if p.IPBlock != nil {
			if everywhere([]string{p.IPBlock.CIDR, "::/0"}) && len(p.IPBlock.Except) == 0 {
				return truth(true)
			}
			return unsure(uses(of, "ipBlock, and the addresses of pods are not known"))
		}
		known := truth(peer.namespace == of.Namespace)
		if p.NamespaceSelector != nil {
			known = w.fitsPods(of, p.NamespaceSelector, w.namespaceOf(peer))
		}
		if p.PodSelector != nil {
			known = all(known, w.fitsPods(of, p.PodSelector, peer))
		}
		return known
	})
}

// namespaceOf pods, with its labels: of one that is not among the objects only the name
// is known.
func (w *World) namespaceOf(p peerPod) peerPod {
	name := labels.Set{corev1.LabelMetadataName: p.namespace}
	for _, n := range w.namespaces {
		if n.Name == p.namespace {
			return peerPod{labels: labels.Merge(n.Labels, name)}
		}
	}
	return peerPod{labels: name, partly: true}
}

// hasPort says whether a port of a pod is one of those of a rule; no ports are all.
func hasPort(ports []networkingv1.NetworkPolicyPort, pod *workload, port int) verdict {
	return truth(len(ports) == 0 || slices.ContainsFunc(ports, func(p networkingv1.NetworkPolicyPort) bool {
		switch {
		case p.Protocol != nil && *p.Protocol != corev1.ProtocolTCP:
			return false
		case p.Port != nil && p.Port.Type == intstr.String:
			return pod.port(&corev1.ServicePort{TargetPort: *p.Port}) == port
		}
		return numbered(p.Port, p.EndPort, int32(port))
	}))
}
