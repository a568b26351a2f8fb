package prove

import (
	"cmp"
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// backends are the workloads behind a Service, best first, and how many of them
// are the best: Istio prefers the pods with the labels of failoverPriority, and
// only while it can notice that they are gone. Equals are in order of their
// names, so that the order of documents decides nothing.
func (w *World) backends(service *corev1.Service, policy *v1alpha3.TrafficPolicy, subset map[string]string) (found []*workload, best int) {
	for _, d := range w.workloads {
		if d.serves && len(service.Spec.Selector) > 0 && !w.stopped(d) &&
			d.isSelected(service.Namespace, service.Spec.Selector) && d.isSelected(service.Namespace, subset) {
			found = append(found, d)
		}
	}
	var preferred []string
	locality := policy.GetLoadBalancer().GetLocalityLbSetting()
	if policy.GetOutlierDetection() != nil && (locality.GetEnabled() == nil || locality.GetEnabled().GetValue()) {
		preferred = locality.GetFailoverPriority()
	}
	slices.SortStableFunc(found, func(a, b *workload) int {
		return cmp.Or(missing(preferred, a)-missing(preferred, b), cmp.Compare(a.GetName(), b.GetName()))
	})
	for best < len(found) && missing(preferred, found[best]) == missing(preferred, found[0]) {
		best++
	}
	return found, best
}

// stopped says whether a workload has no pods because its replicas are 0.
func (w *World) stopped(d *workload) bool { return d.replicas != nil && *d.replicas == 0 }

// missing counts from which label on a workload does not fit. A label without a
// value is one that caller and pod share, such as the cluster: it ranks pods by
// place, not one workload before another.
func missing(preferred []string, d *workload) int {
	for i, label := range preferred {
		key, value, fixed := strings.Cut(label, "=")
		if fixed && d.template.Labels[key] != value {
			return len(preferred) - i
		}
	}
	return 0
}

// imports says whether the sidecar of a client knows a host: a Sidecar may list
// those that it does.
func (w *World) imports(from client, host string) verdict {
	s, known := w.sidecarOf(from)
	if s == nil || len(s.Spec.GetEgress()) == 0 {
		return known
	}
	known = all(known, read(s, "", &s.Spec))
	service := w.service(host)
	for _, egress := range s.Spec.GetEgress() {
		known = all(known, read(s, "egress", egress))
		for _, h := range egress.GetHosts() {
			ns, name, _ := strings.Cut(h, "/")
			switch {
			case strings.HasPrefix(ns, "~") && ns != "~":
				known = all(known, unsure(uses(s, "egress.hosts with an exception")))
			case service == nil && ns != "*", ns == "~":
				continue
			case ns == "*", ns == "." && service.Namespace == s.Namespace, service != nil && ns == service.Namespace:
				if covers(name, host) {
					return known
				}
			}
		}
	}
	outbound := s.Spec.GetOutboundTrafficPolicy()
	known = all(known, read(s, "outboundTrafficPolicy", outbound))
	if outbound.GetMode() != v1alpha3.OutboundTrafficPolicy_REGISTRY_ONLY || outbound == nil {
		return unsure(title(s) + " does not list " + host + ", so that what the mesh knows of it does not count")
	}
	if !known.known() {
		return known
	}
	return truth(false)
}

// sidecarOf is the Sidecar of a client: one that selects it, or else the one of
// its namespace, or the mesh's; nil for none. Of two that fit alike, the oldest
// counts.
func (w *World) sidecarOf(from client) (first *networkingv1.Sidecar, known verdict) {
	known = truth(true)
	fits := func(namespace string, selects bool) bool {
		for _, s := range w.sidecars {
			selector := s.Spec.GetWorkloadSelector()
			switch {
			case s.Namespace != namespace || selects != (selector != nil) || !labels.SelectorFromSet(selector.GetLabels()).Matches(from.labels):
			case first == nil:
				first = s
			case !older(first, s):
				known = all(known, unsure(title(first)+" and "+title(s)+" are about the same pods, and which is older is not known"))
			}
		}
		return first != nil
	}
	_ = fits(from.namespace, true) || fits(from.namespace, false) || fits(w.site.Spec.Mesh.RootNamespace, false)
	return first, known
}
