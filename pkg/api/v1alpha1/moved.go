package v1alpha1

// Moved are what became of the fields that AthensSite had before its first
// release, by their old paths with [] for an index. They are not read: the
// strict reader answers with these words. The row of a section covers all fields
// below it; a field below it has a row of its own where its name has changed too.
func (*AthensSite) Moved() map[string]string {
	return map[string]string{
		// "spec.old": "has moved to spec.new.place: write {name: NAME}",
		"spec.athens.autoscaling.keda.triggerAuthentication":      "has moved to spec.athens.autoscaling.keda.triggerAuthenticationRef: write {name: NAME}",
		"spec.athens.index.mysql.secretRef":                       "has moved to spec.athens.index.mysql.credentials.secretRef",
		"spec.athens.index.postgres.secretRef":                    "has moved to spec.athens.index.postgres.credentials.secretRef",
		"spec.athens.private.githubToken":                         "has moved to spec.athens.private.credentials: write [{host: github.com, token: {secretRef: {name: NAME}}}]",
		"spec.athens.private.sshKey":                              "has moved to spec.athens.private.credentials: write [{host: HOST, ssh: {secretRef: {name: NAME}}}]",
		"spec.athens.singleFlight.gcp":                            "has moved to spec.athens.singleFlight.gcs",
		"spec.athens.singleFlight.redis.endpoint":                 "has moved to spec.athens.singleFlight.redis.endpoints: write [\"HOST:PORT\"]",
		"spec.athens.singleFlight.redisSentinel":                  "has moved to spec.athens.singleFlight.redis: write sentinel: {} there, beside endpoints, password and lock",
		"spec.athens.singleFlight.redisSentinel.masterName":       "has moved to spec.athens.singleFlight.redis.sentinel.masterName",
		"spec.athens.singleFlight.redisSentinel.sentinelPassword": "has moved to spec.athens.singleFlight.redis.sentinel.password",
		"spec.athens.singleFlight.redisSentinel.servers":          "has moved to spec.athens.singleFlight.redis.sentinel.servers",
		"spec.athens.storage.disk.existingClaim":                  "has moved to spec.athens.storage.disk.claimRef: write {name: NAME}",
		"spec.athens.storage.gcp":                                 "has moved to spec.athens.storage.gcs",
		"spec.athens.storage.minio.ssl":                           "has moved to spec.athens.storage.minio.tls: write {} for true, and leave it out for false",
		"spec.secrets.entries[].elsewhere":                        "has moved to spec.secrets.unmanaged: write [SECRET]",
		"spec.secrets.externalSecrets.store":                      "has moved to spec.secrets.externalSecrets.storeRef.name",
		"spec.secrets.externalSecrets.storeKind":                  "has moved to spec.secrets.externalSecrets.storeRef.kind",
		"spec.secrets.keyVault.clientID":                          "has moved to spec.secrets.keyVault.identity: write {workload: {clientID: ID}}, or {node: {clientID: ID}} for an identity of the nodes",
		"spec.secrets.keyVault.nodeIdentity":                      "has moved to spec.secrets.keyVault.identity: write {node: {clientID: ID}} for true",
		"spec.athens.replicas.min":                                "has moved to spec.athens.replicas: write replicas: N",
		"spec.athens.replicas.max":                                "has moved to spec.athens.autoscaling.maxReplicas: write autoscaling: {maxReplicas: N} beside replicas, or leave it out for a number that is fixed",
		"spec.lathens.replicas.min":                               "has moved to spec.lathens.replicas: write replicas: N",
		"spec.lathens.replicas.max":                               "has moved to spec.lathens.autoscaling.maxReplicas: write autoscaling: {maxReplicas: N} beside replicas, or leave it out for a number that is fixed",
		"spec.mesh.egress":                                        "has moved to spec.egress",
		"spec.mesh.egress.hosts":                                  "has moved to spec.egress.allow: write {host: HOST, ports: [PORT]} for each",
		"spec.mesh.egress.privateRanges":                          "has moved to spec.egress.allow: write {cidr: RANGE} for each",
		"spec.mesh.tracing":                                       "has moved to spec.tracing",
		"spec.mesh.tracing.samplingPercent":                       "has moved to spec.tracing.sampling: write it with its unit, as in 5%",
		"spec.mesh.tracing.collector":                             "has moved to spec.tracing.collector: write {serviceRef: {namespace: NAMESPACE, name: NAME}}",
		"spec.mesh.tracing.collectorPort":                         "has moved to spec.tracing.collector.ports.otlpGRPC",
		"spec.mesh.tracing.httpPort":                              "has moved to spec.tracing.collector.ports.otlpHTTP",
		"spec.mesh.tracing.jaegerPort":                            "has moved to spec.tracing.collector.ports.jaegerThriftHTTP",
		"spec.mesh.tracing.operator.exportTo":                     "has moved to spec.tracing.operator.exporter.endpoint",
		"spec.mesh.tracing.operator.insecure":                     "has moved to spec.tracing.operator.exporter.tls: write {enabled: false} for plain text",
		"spec.logs.openTelemetry.exportTo":                        "has moved to spec.logs.openTelemetry.exporter.endpoint",
		"spec.logs.openTelemetry.insecure":                        "has moved to spec.logs.openTelemetry.exporter.tls: write {enabled: false} for plain text",
		"spec.metrics.rules.runbookURL":                           "has moved to spec.metrics.runbookURL",
		"spec.crathens.rate":                                      "has moved to spec.crathens.ratePerSecond",
		"spec.crathens.from":                                      "has moved to spec.crathens.sources: write [{url: URL}]",
	}
}
