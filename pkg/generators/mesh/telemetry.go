package mesh

import (
	"google.golang.org/protobuf/types/known/wrapperspb"
	"istio.io/api/telemetry/v1alpha1"
	typev1beta1 "istio.io/api/type/v1beta1"
	telemetryv1 "istio.io/client-go/pkg/apis/telemetry/v1"

	api "github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Telemetry traces the site's pods and, unless spec.mesh.tracing.gateway is
// false, the gateway's: a Telemetry does not reach into another namespace. Nil
// without spec.mesh.tracing.
func Telemetry(site *api.AthensSite) []generators.Object {
	t := site.Spec.Mesh.Tracing
	if !generators.Meshed(site) || t == nil {
		return nil
	}
	tracing := func() []*v1alpha1.Tracing {
		return []*v1alpha1.Tracing{{
			Providers:                []*v1alpha1.ProviderRef{{Name: t.Provider}},
			RandomSamplingPercentage: wrapperspb.Double(float64(*t.SamplingPercent)),
		}}
	}
	out := []generators.Object{&telemetryv1.Telemetry{
		TypeMeta:   generators.Type(telemetryAPI, "Telemetry"),
		ObjectMeta: generators.Meta(site, generators.Name(site, "telemetry"), generators.SiteWide),
		Spec:       v1alpha1.Telemetry{Tracing: tracing()},
	}}
	if *t.Gateway {
		out = append(out, &telemetryv1.Telemetry{
			TypeMeta:   generators.Type(telemetryAPI, "Telemetry"),
			ObjectMeta: gatewayMeta(site, "gateway"),
			Spec: v1alpha1.Telemetry{
				Selector: &typev1beta1.WorkloadSelector{MatchLabels: site.Spec.Mesh.Gateway.Selector},
				Tracing:  tracing(),
			},
		})
	}
	return out
}
