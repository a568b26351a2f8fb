package prove

import (
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"istio.io/api/networking/v1alpha3"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"

	"github.com/gomods/athens-kfn/pkg/generators/mesh"
)

// seamless says whether no client sees that all pods of the first program
// behind a route die at once. The first failure must eject a pod, and the
// tries must come to the next program: by a hash, which knows no order of
// programs, only when they have met every dead pod, and when Envoy gives these
// up at once; without one, when retries pass on to the next.
func (w *World) seamless(from client, to destination, route *v1alpha3.HTTPRoute) bool {
	service := w.service(to.host)
	if service == nil {
		return false
	}
	port, _ := servicePort(service, to.port)
	if port == nil {
		return false
	}
	retries := route.GetRetries()
	policy, subset, _ := w.policy(from, to, port)
	outlier := policy.GetOutlierDetection()
	if outlier.GetConsecutiveGatewayErrors().GetValue() != 1 || outlier.GetMaxEjectionPercent() != 100 ||
		outlier.GetMinHealthPercent() > 1 || outlier.GetSplitExternalLocalOriginErrors() ||
		retries.GetPerTryTimeout() == nil || !everyFailure(retries.GetRetryOn()) {
		return false
	}
	if policy.GetLoadBalancer().GetConsistentHash() == nil {
		return retries.GetRetryRemoteLocalities().GetValue()
	}
	behind, _ := w.backends(service, policy, subset.GetLabels())
	return retries.GetRetryIgnorePreviousHosts().GetValue() && w.immediate(to.host) &&
		len(behind) > 0 && retries.GetAttempts() > w.most(behind[0])
}

// everyFailure says whether retries follow every way in which a pod fails.
func everyFailure(retryOn string) bool {
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
			slices.ContainsFunc(f.Spec.GetConfigPatches(), func(p *v1alpha3.EnvoyFilter_EnvoyConfigObjectPatch) bool {
				window := p.GetPatch().GetValue().GetFields()["common_lb_config"].GetStructValue().GetFields()["update_merge_window"]
				return p.GetMatch().GetCluster().GetService() == host && window.GetStringValue() == "0s"
			})
	})
}

// behindDoor says whether the sidecar of a pod takes the address of a client from
// the Front Door.
func (w *World) behindDoor(a *arrival) bool {
	return slices.ContainsFunc(w.filters, func(f *networkingv1alpha3.EnvoyFilter) bool {
		return w.here(f, f.Spec.GetWorkloadSelector().GetLabels(), a).is && slices.ContainsFunc(f.Spec.GetConfigPatches(), skipsOneHop)
	})
}

// skipsOneHop says whether a patch has sidecars trust one address of
// X-Forwarded-For more, and nothing else.
func skipsOneHop(p *v1alpha3.EnvoyFilter_EnvoyConfigObjectPatch) bool {
	config := p.GetPatch().GetValue().GetFields()["typed_config"].GetStructValue().GetFields()
	return p.GetApplyTo() == v1alpha3.EnvoyFilter_NETWORK_FILTER && p.GetPatch().GetOperation() == v1alpha3.EnvoyFilter_Patch_MERGE &&
		p.GetMatch().GetContext() == v1alpha3.EnvoyFilter_SIDECAR_INBOUND && len(config) == 2 && config["xff_num_trusted_hops"].GetNumberValue() == 1
}

// onlyTunes says whether a field of a cluster is one of those by which mesh.Failover
// tunes ejections and connections.
func onlyTunes(key string, of map[string]*structpb.Value) bool {
	tunes := map[string]string{"common_lb_config": "update_merge_window", "upstream_bind_config": "socket_options"}[key]
	_, there := of[tunes]
	return tunes != "" && there && len(of) == 1
}

// harmless says whether an EnvoyFilter changes nothing about who answers: it
// tunes clusters, is the script for the edge's cache, or is read by behindDoor.
func (w *World) harmless(f *networkingv1alpha3.EnvoyFilter) bool {
	return !slices.ContainsFunc(f.Spec.GetConfigPatches(), func(p *v1alpha3.EnvoyFilter_EnvoyConfigObjectPatch) bool {
		fields := p.GetPatch().GetValue().GetFields()
		if skipsOneHop(p) {
			return false
		}
		if p.GetApplyTo() == v1alpha3.EnvoyFilter_CLUSTER && p.GetPatch().GetOperation() == v1alpha3.EnvoyFilter_Patch_MERGE {
			return slices.ContainsFunc(slices.Collect(maps.Keys(fields)), func(key string) bool {
				return !onlyTunes(key, fields[key].GetStructValue().GetFields())
			})
		}
		script := fields["typed_config"].GetStructValue().GetFields()["default_source_code"].GetStructValue().GetFields()["inline_string"]
		return p.GetApplyTo() != v1alpha3.EnvoyFilter_HTTP_FILTER || p.GetPatch().GetOperation() != v1alpha3.EnvoyFilter_Patch_INSERT_BEFORE ||
			!mesh.IsEdgeCacheScript(script.GetStringValue())
	})
}
