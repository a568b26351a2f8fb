package mesh

import (
	"google.golang.org/protobuf/types/known/wrapperspb"
	"istio.io/api/telemetry/v1alpha1"
	typev1beta1 "istio.io/api/type/v1beta1"
	telemetryv1 "istio.io/client-go/pkg/apis/telemetry/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	api "github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Telemetry traces and logs the site's requests and, where the spec says so,
// the gateway's: a Telemetry does not reach into another namespace. Nil without
// spec.tracing and spec.logs.access.
func Telemetry(site *api.AthensSite) []generators.Object {
	if !generators.Meshed(site) {
		return nil
	}
	tracing, access := site.Spec.Tracing, site.Spec.Logs.Access
	var out []generators.Object
	if tracing != nil || access != nil {
		out = append(out, telemetry(generators.Meta(site, generators.Name(site, "telemetry"), generators.SiteWide), tracing, access))
	}
	if tracing != nil && !*tracing.Gateway {
		tracing = nil
	}
	if access != nil && !*access.Gateway {
		access = nil
	}
	if tracing != nil || access != nil {
		t := telemetry(gatewayMeta(site, "gateway"), tracing, access)
		t.Spec.Selector = &typev1beta1.WorkloadSelector{MatchLabels: site.Spec.Gateway.Workload().Labels}
		out = append(out, t)
	}
	return out
}

func telemetry(meta metav1.ObjectMeta, tracing *api.Tracing, access *api.AccessLogs) *telemetryv1.Telemetry {
	return &telemetryv1.Telemetry{
		TypeMeta:   generators.Type(telemetryAPI, "Telemetry"),
		ObjectMeta: meta,
		Spec:       v1alpha1.Telemetry{Tracing: traces(tracing), AccessLogging: accessLogs(access)},
	}
}

func traces(t *api.Tracing) []*v1alpha1.Tracing {
	if t == nil {
		return nil
	}
	percent, _ := t.Sampling.Number() // validation has read it
	return []*v1alpha1.Tracing{{
		Providers:                []*v1alpha1.ProviderRef{{Name: t.Provider}},
		RandomSamplingPercentage: wrapperspb.Double(percent),
	}}
}

// accessLogs have no filter, which the AKS add-on refuses.
func accessLogs(a *api.AccessLogs) []*v1alpha1.AccessLogging {
	if a == nil {
		return nil
	}
	return []*v1alpha1.AccessLogging{{Providers: []*v1alpha1.ProviderRef{{Name: a.Provider}}}}
}
