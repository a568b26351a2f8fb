package mesh

import (
	"google.golang.org/protobuf/types/known/structpb"
	"istio.io/api/networking/v1alpha3"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Failover makes the gateway's Envoy give up a pod as soon as it is ejected. By
// default Envoy collects changes of health for a second and the retries of that
// second go to the same dead pods: a consistent hash knows no priorities. No
// Istio API sets it. Nil without a hash: by load, retries pass the dead pods by.
func Failover(site *v1alpha1.AthensSite) []generators.Object {
	if !generators.HasList(site) || site.Spec.Lathens.Spread != v1alpha1.SpreadByModule {
		return nil
	}
	return []generators.Object{&networkingv1alpha3.EnvoyFilter{
		TypeMeta:   generators.Type("networking.istio.io/v1alpha3", "EnvoyFilter"),
		ObjectMeta: gatewayMeta(site, "failover"),
		Spec: v1alpha3.EnvoyFilter{
			WorkloadSelector: &v1alpha3.WorkloadSelector{Labels: site.Spec.Mesh.Gateway.Selector},
			ConfigPatches: []*v1alpha3.EnvoyFilter_EnvoyConfigObjectPatch{{
				ApplyTo: v1alpha3.EnvoyFilter_CLUSTER,
				Match: &v1alpha3.EnvoyFilter_EnvoyConfigObjectMatch{
					Context: v1alpha3.EnvoyFilter_GATEWAY,
					ObjectTypes: &v1alpha3.EnvoyFilter_EnvoyConfigObjectMatch_Cluster{
						Cluster: &v1alpha3.EnvoyFilter_ClusterMatch{Service: generators.Host(site, generators.List)},
					},
				},
				Patch: &v1alpha3.EnvoyFilter_Patch{
					Operation: v1alpha3.EnvoyFilter_Patch_MERGE,
					Value: object(field{"common_lb_config", structpb.NewStructValue(
						object(field{"update_merge_window", text("0s")}),
					)}),
				},
			}},
		},
	}}
}
