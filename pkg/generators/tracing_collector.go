package generators

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// TraceCollector is the collector of the site's traces, where the site brings
// it. The operator calls its Service <name>-collector.
func TraceCollector(site *v1alpha1.AthensSite) []Object {
	t := site.Spec.Tracing
	if t == nil || t.Operator == nil {
		return nil
	}
	ref, ports := t.Collector.ServiceRef, t.Collector.Ports
	listen := func(port int32) receiverEndpoint { return receiverEndpoint{"0.0.0.0:" + number(port)} }
	spec := collectorSpec{Mode: "deployment", Image: t.Operator.Image, Resources: *t.Operator.Resources, Replicas: t.Operator.Replicas, Config: collectorConfig{
		Receivers: receivers{OTLP: &receiver{map[string]receiverEndpoint{"grpc": listen(ports.OTLPGRPC), "http": listen(ports.OTLPHTTP)}}},
		Exporters: exportTo(&t.Operator.Exporter),
	}}
	from := []string{"otlp"}
	if *t.Programs && sendsJaeger(site) {
		spec.Config.Receivers.Jaeger = &receiver{map[string]receiverEndpoint{"thrift_http": listen(ports.JaegerThriftHTTP)}}
		from = append(from, "jaeger")
	}
	return []Object{collector(site, strings.TrimSuffix(ref.Name, "-collector"), ref.Namespace, "traces", spec, from...)}
}
