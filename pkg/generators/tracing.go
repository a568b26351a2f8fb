package generators

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// tracedPrograms are the site's traces, nil if its programs send none.
func tracedPrograms(site *v1alpha1.AthensSite) *v1alpha1.Tracing {
	t := site.Spec.Tracing
	if t == nil || !*t.Programs {
		return nil
	}
	return t
}

// athensTracing is what Athens sends traces with, which depends on its version.
func athensTracing(site *v1alpha1.AthensSite) []corev1.EnvVar {
	t := tracedPrograms(site)
	switch {
	case t == nil:
		return nil
	case sendsJaeger(site):
		return []corev1.EnvVar{
			env("ATHENS_TRACE_EXPORTER", "jaeger"),
			env("ATHENS_TRACE_EXPORTER_URL", collectorURL(site, t.Collector.Ports.JaegerThriftHTTP)),
		}
	}
	return []corev1.EnvVar{
		env("ATHENS_TRACE_EXPORTER", "otlp"),
		env("ATHENS_TRACE_EXPORTER_URL", collectorURL(site, t.Collector.Ports.OTLPGRPC)),
		env("ATHENS_TRACE_SAMPLING_FRACTION", fraction(t)),
		env("OTEL_RESOURCE_ATTRIBUTES", resourceAttributes(site)),
	}
}

// sendsJaeger says whether Athens sends its traces to Jaeger's port.
func sendsJaeger(site *v1alpha1.AthensSite) bool {
	return site.Spec.Athens.Has(releases.OpenCensus)
}

// companionTracing is the same for lathens and crathens.
func companionTracing(site *v1alpha1.AthensSite) []corev1.EnvVar {
	t := tracedPrograms(site)
	if t == nil {
		return nil
	}
	return []corev1.EnvVar{
		env("OTEL_EXPORTER_OTLP_ENDPOINT", collectorURL(site, t.Collector.Ports.OTLPHTTP)),
		env("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
		env("OTEL_TRACES_SAMPLER_ARG", fraction(t)),
		env("OTEL_RESOURCE_ATTRIBUTES", resourceAttributes(site)),
	}
}

// resourceAttributes tell sites and regions apart in one collector; the names
// are OpenTelemetry's where it has one.
func resourceAttributes(site *v1alpha1.AthensSite) string {
	attributes := siteAttributes(site)
	var out []string
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		out = append(out, name+"="+attributes[name])
	}
	return strings.Join(out, ",")
}

func siteAttributes(site *v1alpha1.AthensSite) map[string]string {
	out := map[string]string{"athens.site": Owner(site), "k8s.namespace.name": site.Namespace}
	if r := site.Spec.Region; r != "" {
		out["cloud.region"] = r
	}
	return out
}

func collectorURL(site *v1alpha1.AthensSite, port int32) string {
	return "http://" + CollectorHost(site) + ":" + number(port)
}

// CollectorHost is the host of the Service that spans go to; only with
// spec.tracing.
func CollectorHost(site *v1alpha1.AthensSite) string {
	ref := site.Spec.Tracing.Collector.ServiceRef
	return serviceHost(site, ref.Name, ref.Namespace)
}

// fraction of traces that begin here and are kept.
func fraction(t *v1alpha1.Tracing) string {
	f, _ := t.Sampling.Fraction() // validation has read it
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// collectorPorts are those that the site's pods send traces to.
func collectorPorts(site *v1alpha1.AthensSite) []int32 {
	ports := site.Spec.Tracing.Collector.Ports
	var out []int32
	if Meshed(site) || !sendsJaeger(site) {
		out = append(out, ports.OTLPGRPC)
	}
	if tracedPrograms(site) == nil {
		return out
	}
	out = append(out, ports.OTLPHTTP)
	if sendsJaeger(site) {
		out = append(out, ports.JaegerThriftHTTP)
	}
	return out
}
