package prove

import (
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
)

// seamless says whether no client sees that all pods of the first program
// behind a route die at once. The first failure must take a pod out, and the
// tries must come to the next program: by a hash, which knows no order of
// programs, only when they have met every dead pod, and when Envoy gives these
// up at once; without one, when retries pass on to the next.
func (w *World) seamless(route *v1alpha3.HTTPRoute) bool {
	host, retries := route.Route[0].Destination.Host, route.Retries
	policy := w.policy(host)
	if policy.GetOutlierDetection().GetConsecutiveGatewayErrors().GetValue() != 1 ||
		policy.OutlierDetection.MaxEjectionPercent != 100 ||
		retries.GetPerTryTimeout() == nil || !covers(retries.RetryOn) {
		return false
	}
	if policy.GetLoadBalancer().GetConsistentHash() == nil {
		return retries.RetryRemoteLocalities.GetValue()
	}
	return retries.RetryIgnorePreviousHosts.GetValue() && w.immediate(host) &&
		retries.Attempts > w.most(w.backends(host)[0])
}

// covers says whether retries follow every way in which a pod fails.
func covers(retryOn string) bool {
	on := strings.Split(retryOn, ",")
	for _, failure := range []string{"connect-failure", "refused-stream", "reset", "502", "503", "504"} {
		if !slices.Contains(on, failure) {
			return false
		}
	}
	return true
}

// immediate says whether the gateway takes ejections in as they happen.
func (w *World) immediate(host string) bool {
	return slices.ContainsFunc(w.filters, func(f *networkingv1alpha3.EnvoyFilter) bool {
		return f.Namespace == w.site.Spec.Gateway.Workload().Namespace &&
			slices.ContainsFunc(f.Spec.ConfigPatches, func(p *v1alpha3.EnvoyFilter_EnvoyConfigObjectPatch) bool {
				window := p.GetPatch().GetValue().GetFields()["common_lb_config"].GetStructValue().GetFields()["update_merge_window"]
				return p.GetMatch().GetCluster().GetService() == host && window.GetStringValue() == "0s"
			})
	})
}

// most is how many pods a workload may have.
func (w *World) most(d *appsv1.Deployment) int32 {
	i := slices.IndexFunc(w.scalers, func(h *autoscalingv2.HorizontalPodAutoscaler) bool {
		return h.Namespace == d.Namespace && h.Spec.ScaleTargetRef.Name == d.Name
	})
	switch {
	case i >= 0:
		return w.scalers[i].Spec.MaxReplicas
	case d.Spec.Replicas != nil:
		return *d.Spec.Replicas
	}
	return 1
}
