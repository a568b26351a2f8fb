package v1alpha1_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestLogs(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"all", "logs: {access: {provider: als, gateway: false}, openTelemetry: {namespace: logs, exportTo: \"loki.logs.svc.cluster.local:4317\"}, azureMonitor: {excludeNamespaces: [kube-system]}}", nil},
		{"values", "logs: {access: {provider: a b}, openTelemetry: {namespace: A, exportTo: loki}, azureMonitor: {excludeNamespaces: [\"*\"]}}", []string{
			"spec.logs.access.provider: is not the name of an extension provider", "spec.logs.openTelemetry.namespace: ", "spec.logs.openTelemetry.exportTo: ", "spec.logs.azureMonitor.excludeNamespaces[0]: ",
		}},
		{"nothing", "logs: {openTelemetry: {}}", []string{"spec.logs.openTelemetry.namespace: ", "spec.logs.openTelemetry.exportTo: is required"}},
		{"own namespace", "logs: {openTelemetry: {namespace: goproxy, exportTo: \"loki.logs.svc.cluster.local:4317\"}}", []string{"spec.logs.openTelemetry.namespace: is the site's own"}},
		{"without a mesh", "logs: {access: {}}\nmesh: {mode: None}", []string{"spec.logs.access: is written by the mesh"}},
	})
}

func TestTraceCollector(t *testing.T) {
	const to = "collector: otel-collector.observability.svc.cluster.local"
	stricttest.RunAll(t, []rule{
		{"made", "mesh: {tracing: {provider: otel, " + to + ", operator: {exportTo: \"tempo.example.com:4317\"}}}", nil},
		{"values", "mesh: {tracing: {provider: otel, " + to + ", httpPort: 70000, jaegerPort: -1, operator: {replicas: -1}}}", []string{
			"spec.mesh.tracing.httpPort: ", "spec.mesh.tracing.jaegerPort: ", "spec.mesh.tracing.operator.exportTo: is required", "spec.mesh.tracing.operator.replicas: ",
		}},
		{"another name", "mesh: {tracing: {provider: otel, collector: otel.observability.svc.cluster.local, operator: {exportTo: \"tempo.example.com:4317\"}}}", []string{"spec.mesh.tracing.collector: is not what the operator calls"}},
	})
}
