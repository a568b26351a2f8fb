package prove

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// connects says whether NetworkPolicies let the pods of a client open a connection to a
// port of a pod. Other pods of the cluster are taken to get through: no promise rests
// on a NetworkPolicy.
func (w *World) connects(c *call, pod *workload, port int) verdict {
	if c.As == Stranger || c.As == Plain {
		return truth(true)
	}
	own := peerPod{namespace: pod.GetNamespace(), labels: pod.template.Labels}
	from := peerPod{c.from.namespace, c.from.labels, c.As == Gateway || outside(c.As)}
	in := w.admits(networkingv1.PolicyTypeIngress, own, from, pod, port)
	if from.partly {
		// What restricts the egress of a gateway is its owner's, and selects it by labels
		// of which not all are known.
		return in
	}
	return all(in, w.admits(networkingv1.PolicyTypeEgress, from, own, pod, port))
}

// peerPod is pods as NetworkPolicies see them; partly says that they may have more
// labels.
type peerPod struct {
	namespace string
	labels    labels.Set
	partly    bool
}

// admits says whether the policies of pods admit a peer in a direction; those without
// a policy admit all.
func (w *World) admits(direction networkingv1.PolicyType, of, peer peerPod, to *workload, port int) verdict {
	restricted, out := false, []verdict{}
	for _, p := range w.networks {
		if p.Namespace != of.namespace || !restricts(p, direction) {
			continue
		}
		selected := of.fits(p, &p.Spec.PodSelector)
		if !selected.possible() {
			continue
		}
		restricted = restricted || selected.known()
		if !selected.known() {
			out = append(out, selected)
		}
		if direction == networkingv1.PolicyTypeIngress {
			for _, r := range p.Spec.Ingress {
				out = append(out, all(hasPort(r.Ports, to, port), w.hasPeer(p, r.From, peer)))
			}
			continue
		}
		for _, r := range p.Spec.Egress {
			out = append(out, all(hasPort(r.Ports, to, port), w.hasPeer(p, r.To, peer)))
		}
	}
	if !restricted && len(out) == 0 {
		return truth(true)
	}
	if admitted := some(out...); admitted.is || !admitted.known() {
		return admitted
	}
	return truth(false)
}

func restricts(p *networkingv1.NetworkPolicy, direction networkingv1.PolicyType) bool {
	if types := p.Spec.PolicyTypes; len(types) > 0 {
		return slices.Contains(types, direction)
	}
	return direction == networkingv1.PolicyTypeIngress || len(p.Spec.Egress) > 0
}

// fits says whether a selector of a NetworkPolicy selects pods.
func (p peerPod) fits(of *networkingv1.NetworkPolicy, s *metav1.LabelSelector) verdict {
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		return unsure(uses(of, "a selector that cannot be read"))
	}
	requirements, _ := selector.Requirements()
	known := truth(true)
	for _, r := range requirements {
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
			known = w.namespaceOf(peer).fits(of, p.NamespaceSelector)
		}
		if p.PodSelector != nil {
			known = all(known, peer.fits(of, p.PodSelector))
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
		case p.Port == nil:
			return true
		case p.Port.Type == intstr.String:
			return pod.port(&corev1.ServicePort{TargetPort: *p.Port}) == port
		case p.EndPort != nil:
			return int(p.Port.IntVal) <= port && port <= int(*p.EndPort)
		}
		return int(p.Port.IntVal) == port
	}))
}
