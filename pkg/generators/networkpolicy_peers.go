package generators

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// gatewayPeer is the pods of the ingress gateway.
func gatewayPeer(site *v1alpha1.AthensSite) peer {
	g := site.Spec.Gateway.Workload()
	p := namespacePeer(g.Namespace)
	p.PodSelector = foreignPods(g.Labels)
	return p
}

// foreignPods selects pods that are not the site's. They are written as
// expressions, because kustomize's labels adds its labels to every matchLabels of
// a NetworkPolicy, as if the pods were among what it builds.
func foreignPods(labels map[string]string) *metav1.LabelSelector {
	s := &metav1.LabelSelector{}
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		s.MatchExpressions = append(s.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: key, Operator: metav1.LabelSelectorOpIn, Values: []string{labels[key]},
		})
	}
	return s
}

// podPeer is the pods of one of the site's own programs.
func podPeer(site *v1alpha1.AthensSite, program string) peer {
	return peer{PodSelector: &metav1.LabelSelector{MatchLabels: Selector(site, program)}}
}

// namespacePeer is every pod of a namespace, by the label that Kubernetes
// itself gives namespaces.
func namespacePeer(namespace string) peer {
	return peer{NamespaceSelector: &metav1.LabelSelector{
		MatchLabels: map[string]string{corev1.LabelMetadataName: namespace},
	}}
}

// anyNamespace is every pod of the cluster.
func anyNamespace() peer { return peer{NamespaceSelector: &metav1.LabelSelector{}} }

// address is an IP range without some others.
func address(cidr string, except ...string) peer {
	return peer{IPBlock: &networkingv1.IPBlock{CIDR: cidr, Except: except}}
}

func tcp(ports ...int32) []networkingv1.NetworkPolicyPort { return portsOf(corev1.ProtocolTCP, ports) }

func udp(ports ...int32) []networkingv1.NetworkPolicyPort { return portsOf(corev1.ProtocolUDP, ports) }

func portsOf(protocol corev1.Protocol, ports []int32) []networkingv1.NetworkPolicyPort {
	var out []networkingv1.NetworkPolicyPort
	for _, port := range ports {
		out = append(out, networkingv1.NetworkPolicyPort{
			Protocol: new(protocol), Port: new(intstr.FromInt32(port)),
		})
	}
	return out
}
