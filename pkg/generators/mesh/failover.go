package mesh

import (
	"google.golang.org/protobuf/types/known/structpb"
	"istio.io/api/networking/v1alpha3"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Options of Linux' sockets, from include/uapi/linux/{in,tcp}.h.
const (
	ipprotoTCP     = 6
	tcpUserTimeout = 18
)

// userTimeout in milliseconds: what is sent and not acknowledged for so long
// ends the connection. Linux tries for a quarter of an hour by default, and
// keepalive does not help, because it waits for acknowledgements first.
const userTimeout = 15_000

// Failover makes the gateway's Envoy give up a pod as soon as it is ejected, and
// a node as soon as it is silent; no Istio API sets either. By default Envoy
// collects changes of health for a second and the retries of that second go to
// the same dead pods: a consistent hash knows no priorities. Nil without a hash:
// by load, retries pass the dead pods by, and the AKS add-on supports no such
// patch.
func Failover(site *v1alpha1.AthensSite) []generators.Object {
	if !generators.HasList(site) || site.Spec.Lathens.Spread != v1alpha1.SpreadByModule {
		return nil
	}
	option := object(
		field{"level", structpb.NewNumberValue(ipprotoTCP)},
		field{"name", structpb.NewNumberValue(tcpUserTimeout)},
		field{"int_value", structpb.NewNumberValue(userTimeout)},
		field{"state", text("STATE_PREBIND")},
	)
	options := structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewStructValue(option)}})
	return []generators.Object{&networkingv1alpha3.EnvoyFilter{
		TypeMeta:   generators.Type("networking.istio.io/v1alpha3", "EnvoyFilter"),
		ObjectMeta: gatewayMeta(site, "failover"),
		Spec: v1alpha3.EnvoyFilter{
			WorkloadSelector: &v1alpha3.WorkloadSelector{Labels: site.Spec.Gateway.Workload().Labels},
			ConfigPatches: []*v1alpha3.EnvoyFilter_EnvoyConfigObjectPatch{
				clusterPatch(site, generators.List, "common_lb_config", object(field{"update_merge_window", text("0s")})),
				clusterPatch(site, generators.Athens, "upstream_bind_config", object(field{"socket_options", options})),
			},
		},
	}}
}

// clusterPatch sets a field of the gateway's cluster for one of the site's
// Services.
func clusterPatch(site *v1alpha1.AthensSite, service, key string, value *structpb.Struct) *v1alpha3.EnvoyFilter_EnvoyConfigObjectPatch {
	return &v1alpha3.EnvoyFilter_EnvoyConfigObjectPatch{
		ApplyTo: v1alpha3.EnvoyFilter_CLUSTER,
		Match: &v1alpha3.EnvoyFilter_EnvoyConfigObjectMatch{
			Context: v1alpha3.EnvoyFilter_GATEWAY,
			ObjectTypes: &v1alpha3.EnvoyFilter_EnvoyConfigObjectMatch_Cluster{
				Cluster: &v1alpha3.EnvoyFilter_ClusterMatch{Service: generators.Host(site, service)},
			},
		},
		Patch: &v1alpha3.EnvoyFilter_Patch{
			Operation: v1alpha3.EnvoyFilter_Patch_MERGE,
			Value:     object(field{key, structpb.NewStructValue(value)}),
		},
	}
}
