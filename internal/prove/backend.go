package prove

import (
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// backends are the workloads behind a Service, best first: Istio prefers the
// pods with the labels of failoverPriority, and only while it can notice that
// they are gone.
func (w *World) backends(service *corev1.Service, policy *v1alpha3.TrafficPolicy, subset map[string]string) []*workload {
	var found []*workload
	for _, d := range w.workloads {
		pods := labels.Set(d.template.Labels)
		if d.serves && d.GetNamespace() == service.Namespace && len(service.Spec.Selector) > 0 && !w.stopped(d) &&
			labels.SelectorFromSet(service.Spec.Selector).Matches(pods) && labels.SelectorFromSet(subset).Matches(pods) {
			found = append(found, d)
		}
	}
	locality := policy.GetLoadBalancer().GetLocalityLbSetting()
	if policy.GetOutlierDetection() == nil || locality.GetEnabled() != nil && !locality.GetEnabled().GetValue() {
		return found
	}
	preferred := locality.GetFailoverPriority()
	slices.SortStableFunc(found, func(a, b *workload) int { return missing(preferred, a) - missing(preferred, b) })
	return found
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
	s := w.sidecarOf(from)
	if s == nil || len(s.Spec.GetEgress()) == 0 {
		return truth(true)
	}
	known := read(s, "", &s.Spec)
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
// its namespace, or the mesh's; nil for none.
func (w *World) sidecarOf(from client) *networkingv1.Sidecar {
	var general *networkingv1.Sidecar
	for _, ns := range []string{from.namespace, w.site.Spec.Mesh.RootNamespace} {
		for _, s := range w.sidecars {
			selector := s.Spec.GetWorkloadSelector()
			switch {
			case s.Namespace != ns:
			case selector == nil && general == nil:
				general = s
			case selector != nil && ns == from.namespace && labels.SelectorFromSet(selector.GetLabels()).Matches(from.labels):
				return s
			}
		}
	}
	return general
}
