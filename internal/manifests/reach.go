package manifests

import (
	"encoding/json"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Peer is the other end of a connection, as NetworkPolicies see it: the pods with
// Labels of Namespace; any pod of the cluster where Namespace is empty, any address
// where Outside is set.
type Peer struct {
	Namespace string
	Labels    labels.Set
	Outside   bool
}

// Reach is what NetworkPolicies let pods reach, and be reached by.
type Reach struct {
	// Unread are policies that cannot be read as their API has them.
	Unread   []Fault
	pods     []pod
	policies []restriction
}

// restriction is a NetworkPolicy with the pods that it is about.
type restriction struct {
	*networkingv1.NetworkPolicy
	id    krm.ID
	which labels.Selector
}

// Reach reads the NetworkPolicies and the pods of the set.
func (s *Set) Reach() *Reach {
	r := &Reach{pods: s.pods()}
	for _, o := range s.Objects {
		if o.Group != "networking.k8s.io" || o.Kind != "NetworkPolicy" {
			continue
		}
		policy, which, err := networkPolicy(o)
		if err != nil {
			r.Unread = append(r.Unread, Fault{o, o.File, nil, "cannot be read as its API has it: " + err.Error()})
			continue
		}
		r.policies = append(r.policies, restriction{policy, o.ID, which})
	}
	return r
}

// Workloads are the objects of the set that have pods and that no other controls.
func (r *Reach) Workloads() (out []*Object) {
	for _, p := range r.pods {
		out = append(out, p.Object)
	}
	return out
}

// Behind are the workloads whose pods a Service selects.
func (r *Reach) Behind(service *Object) (out []*Object) {
	for _, p := range r.behind(service) {
		out = append(out, p.Object)
	}
	return out
}

func (r *Reach) behind(service *Object) (out []*pod) {
	at := tree.Get(service.Node, "spec", "selector")
	if at == nil || len(at.Content) == 0 {
		return nil
	}
	which := labels.SelectorFromSet(labelsIn(at))
	for i := range r.pods {
		if p := &r.pods[i]; p.Namespace == service.Namespace && which.Matches(p.labels) {
			out = append(out, p)
		}
	}
	return out
}

// Refuses are the NetworkPolicies that let a peer reach no pod behind a port of a
// Service; none if one is reached.
func (r *Reach) Refuses(service *Object, port string, from Peer) (by []krm.ID) {
	target := targetPort(service, port)
	for _, p := range r.behind(service) {
		refused := r.shuts(p, networkingv1.PolicyTypeIngress, func(policy *networkingv1.NetworkPolicy) bool {
			return slices.ContainsFunc(policy.Spec.Ingress, func(rule networkingv1.NetworkPolicyIngressRule) bool {
				return p.covers(rule.Ports, target) && (len(rule.From) == 0 || slices.ContainsFunc(rule.From, func(peer networkingv1.NetworkPolicyPeer) bool {
					return from.is(peer, policy.Namespace)
				}))
			})
		})
		if len(refused) == 0 {
			return nil
		}
		by = refused
	}
	return by
}

// Silences are the NetworkPolicies that let the pods of a workload open no
// connection; none if some may be opened.
func (r *Reach) Silences(workload *Object) []krm.ID {
	i := slices.IndexFunc(r.pods, func(p pod) bool { return p.ID == workload.ID })
	if i < 0 {
		return nil
	}
	return r.shuts(&r.pods[i], networkingv1.PolicyTypeEgress, func(policy *networkingv1.NetworkPolicy) bool { return len(policy.Spec.Egress) > 0 })
}

// shuts are the policies about a direction of a pod, where none of them opens it.
func (r *Reach) shuts(p *pod, direction networkingv1.PolicyType, opens func(*networkingv1.NetworkPolicy) bool) (by []krm.ID) {
	for _, policy := range r.policies {
		if policy.Namespace != p.Namespace || !policy.which.Matches(p.labels) || !about(policy.NetworkPolicy, direction) {
			continue
		}
		if opens(policy.NetworkPolicy) {
			return nil
		}
		by = append(by, policy.id)
	}
	return by
}

func networkPolicy(o *Object) (*networkingv1.NetworkPolicy, labels.Selector, error) {
	policy := &networkingv1.NetworkPolicy{}
	value, err := krm.Value(o.Node)
	if err != nil {
		return nil, nil, err
	}
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, policy)
	}
	if err != nil {
		return nil, nil, err
	}
	which, err := metav1.LabelSelectorAsSelector(&policy.Spec.PodSelector)
	return policy, which, err
}

// about says whether a policy restricts a direction: without policyTypes that is
// ingress, and egress if it has rules for it.
func about(policy *networkingv1.NetworkPolicy, direction networkingv1.PolicyType) bool {
	if len(policy.Spec.PolicyTypes) == 0 {
		return direction == networkingv1.PolicyTypeIngress || len(policy.Spec.Egress) > 0
	}
	return slices.Contains(policy.Spec.PolicyTypes, direction)
}

// is says whether a peer of a policy in a namespace covers all that it may be.
func (from Peer) is(peer networkingv1.NetworkPolicyPeer, namespace string) bool {
	if from.Outside || peer.IPBlock != nil {
		return from.Outside && peer.IPBlock != nil && len(peer.IPBlock.Except) == 0 && slices.Contains([]string{"0.0.0.0/0", "::/0"}, peer.IPBlock.CIDR)
	}
	matches := func(s *metav1.LabelSelector, has labels.Set) bool {
		which, err := metav1.LabelSelectorAsSelector(s)
		return err == nil && (which.Empty() || has != nil && which.Matches(has))
	}
	var space labels.Set
	if from.Namespace != "" {
		space = labels.Set{corev1.LabelMetadataName: from.Namespace}
	}
	if peer.NamespaceSelector == nil && from.Namespace != namespace || peer.NamespaceSelector != nil && !matches(peer.NamespaceSelector, space) {
		return false
	}
	return peer.PodSelector == nil || matches(peer.PodSelector, from.Labels)
}

// covers says whether ports of a rule are those of a pod; no ports are all.
func (p *pod) covers(ports []networkingv1.NetworkPolicyPort, target string) bool {
	number := p.number(target)
	return len(ports) == 0 || slices.ContainsFunc(ports, func(r networkingv1.NetworkPolicyPort) bool {
		switch {
		case r.Protocol != nil && *r.Protocol != corev1.ProtocolTCP:
			return false
		case r.Port == nil:
			return true
		case r.Port.Type == intstr.String:
			return number >= 0 && p.number(r.Port.StrVal) == number
		case r.EndPort != nil:
			return int(r.Port.IntVal) <= number && number <= int(*r.EndPort)
		}
		return int(r.Port.IntVal) == number
	})
}

// number of a port of a pod that is given by number or by name; -1 for none.
func (p *pod) number(port string) int {
	if n, err := strconv.Atoi(port); err == nil {
		return n
	}
	for _, c := range pods.Containers(p.template) {
		for _, has := range tree.Items(c, "ports") {
			if n, err := strconv.Atoi(tree.Text(has, "containerPort")); err == nil && tree.Text(has, "name") == port {
				return n
			}
		}
	}
	return -1
}

// targetPort is the port of the pods, by number or name, behind a port of a Service
// that is given by number.
func targetPort(service *Object, port string) string {
	for _, p := range tree.Items(service.Node, "spec", "ports") {
		if tree.Text(p, "port") == port {
			if target := tree.Text(p, "targetPort"); target != "" {
				return target
			}
		}
	}
	return port
}
