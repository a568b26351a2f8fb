package generators

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// TraceCollector is the collector of the site's traces, where the site brings
// it. The operator calls its Service <name>-collector.
func TraceCollector(site *v1alpha1.AthensSite) []Object {
	t := site.Spec.Mesh.Tracing
	if !Meshed(site) || t == nil || t.Operator == nil {
		return nil
	}
	service, rest, _ := strings.Cut(t.Collector, ".")
	namespace, _, _ := strings.Cut(rest, ".")
	listen := func(port int32) receiverEndpoint { return receiverEndpoint{"0.0.0.0:" + number(port)} }
	spec := collectorSpec{Mode: "deployment", Image: t.Operator.Image, Replicas: t.Operator.Replicas, Config: collectorConfig{
		Receivers: receivers{OTLP: &receiver{map[string]receiverEndpoint{"grpc": listen(t.CollectorPort), "http": listen(t.HTTPPort)}}},
		Exporters: exportTo(t.Operator.ExportTo, t.Operator.Insecure),
	}}
	from := []string{"otlp"}
	if *t.Programs && sendsJaeger(site) {
		spec.Config.Receivers.Jaeger = &receiver{map[string]receiverEndpoint{"thrift_http": listen(t.JaegerPort)}}
		from = append(from, "jaeger")
	}
	return []Object{collector(site, strings.TrimSuffix(service, "-collector"), namespace, "traces", spec, from...)}
}
