package v1alpha1_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestTracing(t *testing.T) {
	const good = "collector: {serviceRef: {namespace: observability, name: otel}}"
	stricttest.RunAll(t, []rule{
		{"right", "tracing: {provider: otel, sampling: 0%, gateway: false, collector: {serviceRef: {namespace: observability, name: otel}, ports: {otlpGRPC: 9411}}}", nil},
		{"nothing", "tracing: {}", []string{
			"spec.tracing.provider: is required", "spec.tracing.collector.serviceRef.namespace: is required", "spec.tracing.collector.serviceRef.name: is required"}},
		{"a tenth of a percent", "tracing: {provider: otel, sampling: 0.1%, " + good + "}", nil},
		{"percent", "tracing: {provider: otel, sampling: 101%, " + good + "}", []string{"spec.tracing.sampling: write 0% to 100%"}},
		{"without its sign", "tracing: {provider: otel, sampling: \"5\", " + good + "}", []string{"spec.tracing.sampling: write 0% to 100%"}},
		{"provider", "tracing: {provider: a b, " + good + "}", []string{"spec.tracing.provider: is not the name"}},
		{"service in full", "tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: otel.observability.svc.cluster.local}}}", []string{"spec.tracing.collector.serviceRef.name: is not a DNS label"}},
		{"port", "tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: otel}, ports: {otlpGRPC: 65536}}}", []string{"spec.tracing.collector.ports.otlpGRPC: must be a port"}},
		{"without a mesh", "mesh: {mode: None}\ntracing: {" + good + "}", nil},
		{"a mesh's settings without one", "mesh: {mode: None}\ntracing: {provider: otel, gateway: true, programs: false, " + good + "}", []string{
			"spec.tracing.provider: has no meaning with mesh.mode None", "spec.tracing.gateway: has no meaning with mesh.mode None", "spec.tracing.programs: is false"}},
	})
}

func TestTraceCollector(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"made", "tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: otel-collector}}, operator: {exporter: {endpoint: \"tempo.example.com:4317\"}}}", nil},
		{"in plain text", "tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: otel-collector}}, operator: {exporter: {endpoint: \"tempo.example.com:4317\", tls: {enabled: false}}}}", nil},
		{"values", "tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: otel-collector}, ports: {otlpHTTP: 70000, jaegerThriftHTTP: -1}}, operator: {replicas: -1}}", []string{
			"spec.tracing.collector.ports.otlpHTTP: ", "spec.tracing.collector.ports.jaegerThriftHTTP: ", "spec.tracing.operator.exporter.endpoint: is required", "spec.tracing.operator.replicas: ",
		}},
		{"another name", "tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: otel}}, operator: {exporter: {endpoint: \"tempo.example.com:4317\"}}}", []string{"spec.tracing.collector.serviceRef.name: is not what the operator calls"}},
	})
}
