package prove

import (
	"encoding/json"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// subject is the pods that a policy about connections is about, of a kind that Kubernetes
// does not have itself. No selector is all.
type subject struct{ namespaces, pods *metav1.LabelSelector }

// namespaceKey is what Cilium calls the namespace among the labels of a pod.
const namespaceKey = "io.kubernetes.pod.namespace"

// subjectOf a CiliumNetworkPolicy or an AdminNetworkPolicy; nil for one that is not read,
// such as Calico's, whose selectors are expressions.
func subjectOf(manifest []byte) *subject {
	var o struct {
		Spec struct {
			EndpointSelector *metav1.LabelSelector
			Subject          *struct {
				Namespaces *metav1.LabelSelector
				Pods       *struct{ NamespaceSelector, PodSelector *metav1.LabelSelector }
			}
		}
	}
	if json.Unmarshal(manifest, &o) != nil { // error dropped: such an object may select any pod
		return nil
	}
	switch at := o.Spec.Subject; {
	case o.Spec.EndpointSelector != nil:
		return &subject{pods: plainKeys(o.Spec.EndpointSelector)}
	case at == nil:
		return nil
	case at.Pods != nil:
		return &subject{at.Pods.NamespaceSelector, at.Pods.PodSelector}
	default:
		return &subject{namespaces: at.Namespaces}
	}
}

// plainKeys is a selector of Cilium without the sources of its labels.
func plainKeys(s *metav1.LabelSelector) *metav1.LabelSelector {
	plain := func(key string) string { return strings.TrimPrefix(strings.TrimPrefix(key, "k8s:"), "any:") }
	out := &metav1.LabelSelector{MatchLabels: map[string]string{}}
	for key, value := range s.MatchLabels {
		out.MatchLabels[plain(key)] = value
	}
	for _, e := range s.MatchExpressions {
		e.Key = plain(e.Key)
		out.MatchExpressions = append(out.MatchExpressions, e)
	}
	return out
}

// aboutConnections says whether an object is a policy like a NetworkPolicy.
func (o *Other) aboutConnections() bool { return strings.HasSuffix(o.Kind, "NetworkPolicy") }

// mayCut says whether an object is a policy that may be about the connections of pods.
func (w *World) mayCut(o *Other, p peerPod) bool {
	switch {
	case !o.aboutConnections(), o.Namespace != "" && o.Namespace != p.namespace:
		return false
	case o.selects == nil:
		return true
	}
	p.labels = labels.Merge(p.labels, labels.Set{namespaceKey: p.namespace})
	return (o.selects.namespaces == nil || w.fitsPods(o, o.selects.namespaces, w.namespaceOf(p)).possible()) &&
		(o.selects.pods == nil || w.fitsPods(o, o.selects.pods, p).possible())
}

// title of an object of another kind, with the group of a kind that has the name of one
// of Kubernetes.
func (o *Other) title() string {
	kind, name := o.Kind, o.Name
	if group := o.GroupVersionKind().Group; kind == "NetworkPolicy" || kind == gatewayOfAPI {
		kind += " of " + group
	}
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}
	return kind + " " + name
}
