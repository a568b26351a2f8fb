package v1alpha1

// planned fields do not exist yet. They have rows so that no message offers a
// field of a like name in their place: catalogClients for gateway.clients would
// open what it does not mean to.
const planned = "is planned, and does nothing yet: remove it"

// Moved are what became of the fields that AthensSite had before its first
// release, by their old paths with [] for an index. They are not read: the
// strict reader answers with these words. The row of a section covers all fields
// below it; a field below it has a row of its own where its name has changed too.
func (*AthensSite) Moved() map[string]string {
	return map[string]string{
		"spec.mesh.gateway":                    "has moved to spec.gateway, and its settings of the pods to spec.gateway.istio.workload",
		"spec.mesh.gateway.name":               "has moved to spec.gateway.istio.gatewayRef: write {namespace: NAMESPACE, name: NAME}",
		"spec.mesh.gateway.selector":           "has moved to spec.gateway.istio.workload.labels",
		"spec.mesh.gateway.serviceAccount":     "has moved to spec.gateway.istio.workload.serviceAccountName",
		"spec.mesh.gateway.namespace":          "has moved to spec.gateway.istio.workload.namespace",
		"spec.mesh.gateway.port":               "has moved to spec.gateway.istio.workload.port",
		"spec.mesh.gateway.targetPort":         "has moved to spec.gateway.istio.workload.targetPort",
		"spec.mesh.gateway.internal":           "has moved to spec.gateway.internal",
		"spec.mesh.gateway.annotations":        "has moved to spec.gateway.annotations",
		"spec.mesh.gateway.tls":                "has moved to spec.gateway.tls",
		"spec.mesh.gateway.tls.credentialName": "has moved to spec.gateway.tls.secretName",
		"spec.mesh.gateway.catalogFrom":        "has moved to spec.gateway.catalogClients: write [{name: NAME, cidrs: [RANGE]}]",
		"spec.mesh.timeouts":                   "has moved to spec.gateway.timeouts",
		"spec.ingress":                         "has moved to spec.gateway.ingress",
		"spec.ingress.tlsSecretName":           "has moved to spec.gateway.tls.secretName",
		"spec.ingress.internal":                "has moved to spec.gateway.internal",
		"spec.ingress.annotations":             "has moved to spec.gateway.annotations",

		"spec.gateway.gatewayAPI":         "is planned, with the modes of the mesh that come next: write istio, ingress or service",
		"spec.mesh.waypoint":              planned,
		"spec.athens.autoscaling.cpu":     planned,
		"spec.athens.storage.s3.kmsKeyID": "is not a field: Athens sends no key with what it stores; set the default encryption of the bucket to SSE-KMS with it, and allow the role kms:GenerateDataKey and kms:Decrypt",
		"spec.lathens.topology":           planned,

		// Fields that never existed, where a like name would mean another thing.
		"spec.gateway.serviceAccount":             "unknown field; it belongs at spec.gateway.istio.workload.serviceAccountName",
		"spec.gateway.selector":                   "unknown field; it belongs at spec.gateway.istio.workload.labels",
		"spec.athens.lock":                        "unknown field; it belongs at spec.athens.singleFlight",
		"spec.athens.autoscaling.minReplicas":     "unknown field; it belongs at spec.athens.replicas, the fewest that run",
		"spec.lathens.autoscaling.minReplicas":    "unknown field; it belongs at spec.lathens.replicas, the fewest that run",
		"spec.athens.storage.azureBlob.secretRef": "unknown field; it belongs at spec.athens.storage.azureBlob.credentials.secretRef",
		"spec.athens.storage.gcs.secretRef":       "unknown field; it belongs at spec.athens.storage.gcs.credentials.secretRef",
		"spec.athens.storage.s3.secretRef":        "unknown field; it belongs at spec.athens.storage.s3.credentials.secretRef",
		"spec.athens.storage.minio.secretRef":     "unknown field; it belongs at spec.athens.storage.minio.credentials.secretRef",
		"spec.athens.storage.minio.secretName":    "unknown field; it belongs at spec.athens.storage.minio.credentials.secretRef.name",

		"spec.egress.hosts":         "has moved to spec.egress.allow: write {host: HOST, ports: [PORT]} for each",
		"spec.egress.privateRanges": "has moved to spec.egress.allow: write {cidr: RANGE} for each",
		"spec.gateway.catalogFrom":  "has moved to spec.gateway.catalogClients: write [{name: NAME, cidrs: [RANGE]}]",

		"spec.edge.frontDoor.provision.in": "has moved to spec.edge.frontDoor.provision.region",
		"spec.azure.provision.storage.in":  "has moved to spec.azure.provision.storage.region",
		// "spec.old": "has moved to spec.new.place: write {name: NAME}",
		"spec.imagePullSecrets":                                   "has moved to spec.images.pullSecretRefs: write images: {pullSecretRefs: [{name: NAME}]}",
		"spec.athens.serviceAccountAnnotations":                   "has moved to spec.athens.serviceAccount.annotations: write serviceAccount: {annotations: {KEY: VALUE}}",
		"spec.athens.upstream.proxies":                            "has moved to spec.athens.upstream.goproxy: write one text, as in \"https://mirror.example.com,direct\"",
		"spec.athens.autoscaling.keda.triggerAuthentication":      "has moved to spec.athens.autoscaling.keda.triggerAuthenticationRef: write {name: NAME}",
		"spec.athens.index.mysql.secretRef":                       "has moved to spec.athens.index.mysql.credentials.secretRef",
		"spec.athens.index.postgres.secretRef":                    "has moved to spec.athens.index.postgres.credentials.secretRef",
		"spec.athens.private.githubToken":                         "has moved to spec.athens.private.credentials: write [{host: github.com, token: {secretRef: {name: NAME}}}]",
		"spec.athens.private.sshKey":                              "has moved to spec.athens.private.credentials: write [{host: HOST, ssh: {secretRef: {name: NAME}}}]",
		"spec.athens.singleFlight.gcp":                            "has moved to spec.athens.singleFlight.gcs",
		"spec.athens.singleFlight.redis.endpoint":                 "has moved to spec.athens.singleFlight.redis.endpoints: write [\"HOST:PORT\"]",
		"spec.athens.singleFlight.redisSentinel":                  "has moved to spec.athens.singleFlight.redis: write {endpoints: [\"HOST:PORT\"], sentinel: {masterName: NAME, servers: [\"HOST:PORT\"]}}",
		"spec.athens.singleFlight.redisSentinel.endpoints":        "has moved to spec.athens.singleFlight.redis.endpoints",
		"spec.athens.singleFlight.redisSentinel.password":         "has moved to spec.athens.singleFlight.redis.password",
		"spec.athens.singleFlight.redisSentinel.lock":             "has moved to spec.athens.singleFlight.redis.lock",
		"spec.athens.singleFlight.redisSentinel.masterName":       "has moved to spec.athens.singleFlight.redis.sentinel.masterName",
		"spec.athens.singleFlight.redisSentinel.sentinelPassword": "has moved to spec.athens.singleFlight.redis.sentinel.password",
		"spec.athens.singleFlight.redisSentinel.servers":          "has moved to spec.athens.singleFlight.redis.sentinel.servers",
		"spec.athens.storage.disk.existingClaim":                  "has moved to spec.athens.storage.disk.claimRef: write {name: NAME}",
		"spec.athens.storage.gcp":                                 "has moved to spec.athens.storage.gcs",
		"spec.athens.storage.minio.ssl":                           "has moved to spec.athens.storage.minio.tls: write {} for true, and leave it out for false",
		"spec.secrets.entries[].elsewhere":                        "has moved to spec.secrets.unmanaged: write the Secret's name there, and remove this entry",
		"spec.secrets.externalSecrets.store":                      "has moved to spec.secrets.externalSecrets.storeRef.name",
		"spec.secrets.externalSecrets.storeKind":                  "has moved to spec.secrets.externalSecrets.storeRef.kind",
		"spec.secrets.keyVault.clientID":                          "has moved to spec.secrets.keyVault.identity: write {workload: {clientID: ID}}, or {node: {clientID: ID}} for an identity of the nodes",
		"spec.secrets.keyVault.nodeIdentity":                      "has moved to spec.secrets.keyVault.identity: write {node: {clientID: ID}} for true",
		"spec.athens.replicas.min":                                "has moved to spec.athens.replicas: write replicas: N",
		"spec.athens.replicas.max":                                "has moved to spec.athens.autoscaling.maxReplicas: write autoscaling: {maxReplicas: N} beside replicas, or leave it out for a number that is fixed",
		"spec.lathens.replicas.min":                               "has moved to spec.lathens.replicas: write replicas: N",
		"spec.lathens.replicas.max":                               "has moved to spec.lathens.autoscaling.maxReplicas: write autoscaling: {maxReplicas: N} beside replicas, or leave it out for a number that is fixed",
		"spec.mesh.egress":                                        "has moved to spec.egress",
		"spec.mesh.egress.mode":                                   "has moved to spec.egress.mode: write Listed for Registry, or Open",
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
