package v1alpha1

// Moved are what became of the fields that AthensSite had before its first
// release, by their old paths with [] for an index. They are not read: the
// strict reader answers with these words. The row of a section covers all fields
// below it; a field below it has a row of its own where its name has changed too.
// The last rows are fields that are planned.
func (*AthensSite) Moved() map[string]string {
	return map[string]string{
		"spec.mesh.gateway":                    "has moved to spec.gateway: namespace, port and targetPort of the pods to spec.gateway.istio.workload",
		"spec.mesh.gateway.name":               "has moved to spec.gateway.istio.gatewayRef: write {namespace: NAMESPACE, name: NAME}",
		"spec.mesh.gateway.selector":           "has moved to spec.gateway.istio.workload.labels",
		"spec.mesh.gateway.serviceAccount":     "has moved to spec.gateway.istio.workload.serviceAccountName",
		"spec.mesh.gateway.tls.credentialName": "has moved to spec.gateway.tls.secretName",
		"spec.mesh.gateway.catalogFrom":        "has moved to spec.gateway.catalogClients: write [{name: NAME, cidrs: [RANGE]}]",
		"spec.mesh.timeouts":                   "has moved to spec.gateway.timeouts",
		"spec.ingress":                         "has moved to spec.gateway.ingress",
		"spec.ingress.tlsSecretName":           "has moved to spec.gateway.tls.secretName",
		"spec.ingress.internal":                "has moved to spec.gateway.internal",
		"spec.ingress.annotations":             "has moved to spec.gateway.annotations",

		"spec.gateway.gatewayAPI": "is planned, with the modes of the mesh that come next: write istio or ingress",
		"spec.gateway.service":    "is planned, with the modes of the mesh that come next: write istio or ingress",

		// "spec.old": "has moved to spec.new.place: write {name: NAME}",
		"spec.mesh.egress":                    "has moved to spec.egress",
		"spec.mesh.egress.hosts":              "has moved to spec.egress.allow: write {host: HOST, ports: [PORT]} for each",
		"spec.mesh.egress.privateRanges":      "has moved to spec.egress.allow: write {cidr: RANGE} for each",
		"spec.mesh.tracing":                   "has moved to spec.tracing",
		"spec.mesh.tracing.samplingPercent":   "has moved to spec.tracing.sampling: write it with its unit, as in 5%",
		"spec.mesh.tracing.collector":         "has moved to spec.tracing.collector: write {serviceRef: {namespace: NAMESPACE, name: NAME}}",
		"spec.mesh.tracing.collectorPort":     "has moved to spec.tracing.collector.ports.otlpGRPC",
		"spec.mesh.tracing.httpPort":          "has moved to spec.tracing.collector.ports.otlpHTTP",
		"spec.mesh.tracing.jaegerPort":        "has moved to spec.tracing.collector.ports.jaegerThriftHTTP",
		"spec.mesh.tracing.operator.exportTo": "has moved to spec.tracing.operator.exporter.endpoint",
		"spec.mesh.tracing.operator.insecure": "has moved to spec.tracing.operator.exporter.tls: write {enabled: false} for plain text",
		"spec.logs.openTelemetry.exportTo":    "has moved to spec.logs.openTelemetry.exporter.endpoint",
		"spec.logs.openTelemetry.insecure":    "has moved to spec.logs.openTelemetry.exporter.tls: write {enabled: false} for plain text",
		"spec.metrics.rules.runbookURL":       "has moved to spec.metrics.runbookURL",
		"spec.crathens.rate":                  "has moved to spec.crathens.ratePerSecond",
		"spec.crathens.from":                  "has moved to spec.crathens.sources: write [{url: URL}]",
		"spec.athens.replicas.min":            "has moved to spec.athens.replicas: write replicas: N",
		"spec.athens.replicas.max":            "has moved to spec.athens.autoscaling.maxReplicas: write autoscaling: {maxReplicas: N} beside replicas, or leave it out for a number that is fixed",
		"spec.lathens.replicas.min":           "has moved to spec.lathens.replicas: write replicas: N",
		"spec.lathens.replicas.max":           "has moved to spec.lathens.autoscaling.maxReplicas: write autoscaling: {maxReplicas: N} beside replicas, or leave it out for a number that is fixed",
	}
}
