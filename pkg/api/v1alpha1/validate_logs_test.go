package v1alpha1_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestLogs(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"all", "logs: {access: {provider: als, gateway: false}, openTelemetry: {namespace: logs, exporter: {endpoint: \"loki.logs.svc.cluster.local:4317\"}}, azureMonitor: {excludeNamespaces: [kube-system]}}", nil},
		{"values", "logs: {access: {provider: a b}, openTelemetry: {namespace: A, exporter: {endpoint: \"loki\"}}, azureMonitor: {excludeNamespaces: [\"*\"]}}", []string{
			"spec.logs.access.provider: is not the name of an extension provider", "spec.logs.openTelemetry.namespace: ", "spec.logs.openTelemetry.exporter.endpoint: ", "spec.logs.azureMonitor.excludeNamespaces[0]: ",
		}},
		{"nothing", "logs: {openTelemetry: {}}", []string{"spec.logs.openTelemetry.namespace: ", "spec.logs.openTelemetry.exporter.endpoint: is required"}},
		{"own namespace", "logs: {openTelemetry: {namespace: goproxy, exporter: {endpoint: \"loki.logs.svc.cluster.local:4317\"}}}", []string{"spec.logs.openTelemetry.namespace: is the site's own"}},
		{"without a mesh", "logs: {access: {}}\nmesh: {mode: None}", []string{"spec.logs.access: has no meaning with mesh.mode None"}},
	})
}
