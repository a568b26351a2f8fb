package v1alpha1

import corev1 "k8s.io/api/core/v1"

// Logs of the site. Its programs always write JSON to stdout and stderr.
type Logs struct {
	// Access makes Envoy log every request, at the gateway and in the site.
	// Default: none, the mesh config decides.
	// +optional
	Access *AccessLogs `json:"access,omitempty"`

	// OpenTelemetry collects the logs of the site's pods with a collector on
	// every node, an OpenTelemetryCollector (opentelemetry.io/v1beta1) for the
	// OpenTelemetry Operator. In addition to the program's own fields, each
	// line carries the site and its region, and module, version and result if
	// it is about a request.
	// +optional
	OpenTelemetry *LogCollector `json:"openTelemetry,omitempty"`

	// AzureMonitor sets Container Insights to its second schema, with the
	// labels of pods, by the ConfigMap container-azm-ms-agentconfig in
	// kube-system. A cluster has one: only one site may generate it.
	// +optional
	AzureMonitor *AzureMonitorLogs `json:"azureMonitor,omitempty"`
}

// AccessLogs are what Envoy says of requests.
type AccessLogs struct {
	// Provider is the name of an extension provider in the mesh config. The
	// format is the mesh config's too (accessLogEncoding: JSON).
	// Default: envoy, Istio's own, which writes to stdout.
	// +optional
	Provider string `json:"provider,omitempty"`

	// Gateway also logs at the ingress gateway, by a Telemetry in its
	// namespace; of several sites on one gateway only one may. Default: true.
	// +optional
	Gateway *bool `json:"gateway,omitempty"`
}

// LogCollector is a collector on every node.
type LogCollector struct {
	// Namespace that it runs in: it mounts the nodes' logs, which the site's
	// own namespace does not admit. Required. Example: observability
	Namespace string `json:"namespace"`
	// Exporter is where it sends logs. Required.
	// Example: {endpoint: "loki.observability.svc.cluster.local:4317"}
	Exporter OTLPExporter `json:"exporter"`
	// Image of the collector with its tag or digest: a distribution that has
	// the receiver filelog, the processors memory_limiter and batch, the exporter
	// otlp and the extension file_storage. Default: the one for Kubernetes,
	// otelcol-k8s 0.158.0 on ghcr.io.
	// +optional
	Image string `json:"image,omitempty"`
	// Resources of the container. Default: 100m CPU, 256Mi of memory and 512Mi
	// of ephemeral storage. A request or limit of memory that is left out is the
	// default; everything else that is left out stays unset.
	// +optional
	Resources *corev1.ResourceRequirements `json:"resources,omitempty"`
}

// AzureMonitorLogs are the settings of Container Insights.
type AzureMonitorLogs struct {
	// ExcludeNamespaces are namespaces whose logs are not collected.
	// Default: kube-system and gatekeeper-system, the agent's own default.
	// +listType=set
	// +optional
	ExcludeNamespaces []string `json:"excludeNamespaces,omitempty"`
}
