package transformers

// operators are kinds of the operators that watch, scale, release and configure
// what is in a mesh.
func (t *table) operators() {
	t.monitoring()
	t.releases()
	t.secrets()
	const scaler, job, trigger = "keda.sh/ScaledObject", "keda.sh/ScaledJob", "keda.sh/TriggerAuthentication"
	t.add(target, "apps/Deployment", scaler, "spec scaleTargetRef")
	t.has(query, scaler+" "+job, "spec triggers[] metadata query")
	t.has(inText, scaler+" "+job, "spec triggers[] metadata serverAddress", "spec triggers[] metadata address", "spec triggers[] metadata host")
	t.add(target, trigger, scaler+" "+job, "spec triggers[] authenticationRef")
	t.add(target, aSecret, trigger, "spec secretTargetRef[]")
	t.add(target, aConfigMap, trigger, "spec configMapTargetRef[]")
}

func (t *table) monitoring() {
	const rule, monitor, pods, probe = "monitoring.coreos.com/PrometheusRule", "monitoring.coreos.com/ServiceMonitor", "monitoring.coreos.com/PodMonitor", "monitoring.coreos.com/Probe"
	t.has(query, rule, "spec groups[] rules[] expr")
	t.has(namespace, rule, "spec groups[] rules[] labels namespace")
	for _, m := range [][2]string{{monitor, "spec endpoints[]"}, {pods, "spec podMetricsEndpoints[]"}, {probe, "spec"}} {
		kind, at := m[0], m[1]
		t.add(target, aSecret, kind, at+" basicAuth username", at+" basicAuth password", at+" bearerTokenSecret", at+" authorization credentials",
			at+" oauth2 clientId secret", at+" oauth2 clientSecret", at+" tlsConfig ca secret", at+" tlsConfig cert secret", at+" tlsConfig keySecret")
		t.add(target, aConfigMap, kind, at+" oauth2 clientId configMap", at+" tlsConfig ca configMap", at+" tlsConfig cert configMap")
		t.has(inText, kind, at+" tlsConfig serverName", at+" proxyUrl", at+" oauth2 tokenUrl")
	}
	t.has(namespace, monitor+" "+pods, "spec namespaceSelector matchNames[]")
	t.has(authority, probe, "spec prober url")
	t.has(inText, probe, "spec targets staticConfig static[]")

	const collector, client = "opentelemetry.io/OpenTelemetryCollector", "opentelemetry.io/Instrumentation"
	t.has(anyText, collector, "spec config")
	t.add(name, anAccount, collector, "spec serviceAccount", "spec targetAllocator serviceAccount")
	t.has(inText, collector, "spec env[] value")
	t.add(name, aSecret, collector, "spec env[] valueFrom secretKeyRef name", "spec envFrom[] secretRef name", "spec volumes[] secret secretName", "spec imagePullSecrets[] name")
	t.add(name, aConfigMap, collector, "spec env[] valueFrom configMapKeyRef name", "spec envFrom[] configMapRef name", "spec volumes[] configMap name", "spec configmaps[] name")
	t.has(inText, client, "spec exporter endpoint")
}

func (t *table) releases() {
	const rollout, analysis = "argoproj.io/Rollout", "argoproj.io/AnalysisTemplate"
	t.add(target, "apps/Deployment", rollout, "spec workloadRef")
	const steps = "spec strategy canary"
	t.add(name, aService, rollout, steps+" canaryService", steps+" stableService", steps+" pingPong pingService", steps+" pingPong pongService",
		"spec strategy blueGreen activeService", "spec strategy blueGreen previewService")
	t.add(target, "networking.istio.io/VirtualService", rollout, steps+" trafficRouting istio virtualService", steps+" trafficRouting istio virtualServices[]")
	t.add(target, "networking.istio.io/DestinationRule", rollout, steps+" trafficRouting istio destinationRule")
	t.add(name, analysis, rollout, steps+" analysis templates[] templateName", steps+" steps[] analysis templates[] templateName",
		"spec strategy blueGreen prePromotionAnalysis templates[] templateName", "spec strategy blueGreen postPromotionAnalysis templates[] templateName")
	t.has(query, analysis, "spec metrics[] provider prometheus query")
	t.has(inText, analysis, "spec metrics[] provider prometheus address", "spec metrics[] provider web url")

	t.add(target, "apps/Deployment", canary, "spec targetRef")
	t.add(target, "autoscaling/HorizontalPodAutoscaler", canary, "spec autoscalerRef")
	t.add(target, "networking.k8s.io/Ingress", canary, "spec ingressRef")
	t.has(gateway, canary, "spec service gateways[]")
	t.has(host, canary, "spec service hosts[]")
	t.add(target, "gateway.networking.k8s.io/Gateway", canary, "spec service gatewayRefs[]")
	t.add(target, "flagger.app/MetricTemplate", canary, "spec analysis metrics[] templateRef")
	t.has(inText, canary, "spec analysis webhooks[] url")
	t.has(query, "flagger.app/MetricTemplate", "spec query")
	t.has(inText, "flagger.app/MetricTemplate", "spec provider address")
}

// secrets are kinds that make or read Secrets.
func (t *table) secrets() {
	const cert, issuers, external = "cert-manager.io/Certificate", "cert-manager.io/Issuer cert-manager.io/ClusterIssuer", "external-secrets.io/ExternalSecret"
	t.add(target, "cert-manager.io/Issuer", cert, "spec issuerRef")
	t.add(name, aSecret, cert, "spec secretName") // a Secret that is in the build too
	t.has(host, cert, "spec dnsNames[]")
	t.has(principal, cert, "spec uris[]")
	t.add(name, aSecret, issuers, "spec ca secretName")
	t.add(target, "external-secrets.io/SecretStore", external, "spec secretStoreRef", "spec data[] sourceRef storeRef", "spec dataFrom[] sourceRef storeRef")
	t.add(target, aConfigMap, external, "spec target template templateFrom[] configMap")
	t.add(target, aSecret, external, "spec target template templateFrom[] secret")
}
