package prove

import (
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	"istio.io/api/security/v1beta1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// backends are the programs behind a host, best first: Istio prefers the pods
// with the labels of failoverPriority, and only while it can notice that they
// are gone.
func (w *World) backends(host string) []*appsv1.Deployment {
	service := w.service(host)
	if service == nil {
		return nil
	}
	var found []*appsv1.Deployment
	for _, d := range w.workloads {
		if d.Namespace == service.Namespace && labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(d.Spec.Template.Labels)) {
			found = append(found, d)
		}
	}
	policy := w.policy(host)
	if policy.GetOutlierDetection() == nil {
		return found
	}
	preferred := policy.GetLoadBalancer().GetLocalityLbSetting().GetFailoverPriority()
	slices.SortStableFunc(found, func(a, b *appsv1.Deployment) int {
		return missing(preferred, a) - missing(preferred, b)
	})
	return found
}

// missing counts from which label on a workload does not fit. A label without a
// value is one that caller and pod share, such as the cluster: it ranks pods by
// place, not one workload before another.
func missing(preferred []string, d *appsv1.Deployment) int {
	for i, label := range preferred {
		key, value, fixed := strings.Cut(label, "=")
		if fixed && d.Spec.Template.Labels[key] != value {
			return len(preferred) - i
		}
	}
	return 0
}

func (w *World) service(host string) *corev1.Service {
	for _, s := range w.services {
		if host == s.Name+"."+s.Namespace+".svc."+w.site.Spec.ClusterDomain {
			return s
		}
	}
	return nil
}

// policy that DestinationRules give a host; nil for none.
func (w *World) policy(host string) *v1alpha3.TrafficPolicy {
	i := slices.IndexFunc(w.rules, func(d *networkingv1.DestinationRule) bool { return d.Spec.Host == host })
	if i < 0 {
		return nil
	}
	return w.rules[i].Spec.TrafficPolicy
}

// sidecar says whether a pod has one, by what its template says.
func sidecar(d *appsv1.Deployment) bool {
	return d.Spec.Template.Labels["sidecar.istio.io/inject"] != "false"
}

// strict says whether a namespace takes nothing but mTLS.
func (w *World) strict(namespace string) bool {
	return slices.ContainsFunc(w.peers, func(p *securityv1.PeerAuthentication) bool {
		return p.Namespace == namespace && p.Spec.GetSelector() == nil &&
			p.Spec.GetMtls().GetMode() == v1beta1.PeerAuthentication_MutualTLS_STRICT
	})
}

// encrypts says whether callers in the mesh speak mTLS to a host: they do so
// by themselves unless a DestinationRule forbids it.
func (w *World) encrypts(host string) bool {
	tls := w.policy(host).GetTls()
	return tls == nil || tls.Mode == v1alpha3.ClientTLSSettings_ISTIO_MUTUAL
}
