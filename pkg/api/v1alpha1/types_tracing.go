package v1alpha1

import corev1 "k8s.io/api/core/v1"

// Tracing sends spans of requests to an OpenTelemetry collector: those of the
// mesh, and those of Athens, lathens and crathens. Without a mesh only the
// programs trace.
type Tracing struct {
	// Provider is the name of an extension provider in the mesh config, by which
	// the mesh sends its spans. Required in a mesh, an error without one.
	// +optional
	Provider string `json:"provider,omitempty"`

	// Sampling is the share of requests that are traced, 0% to 100%, with at
	// most three decimals. Default: 1%.
	// +optional
	Sampling Percent `json:"sampling,omitempty"`

	// Collector is where spans go. Every pod may reach it: Sidecars and
	// NetworkPolicies allow it. Required.
	Collector TraceTarget `json:"collector"`

	// Programs makes Athens, lathens and crathens send spans of their own, in
	// the traces that the mesh begins. Athens up to v0.18 joins them behind
	// lathens, crathens and a mesh that sends B3 headers (Zipkin's). Default:
	// true.
	// +optional
	Programs *bool `json:"programs,omitempty"`

	// Operator generates the collector, as an OpenTelemetryCollector
	// (opentelemetry.io/v1beta1) in the collector's namespace. Default: none,
	// the collector already exists.
	// +optional
	Operator *TraceCollector `json:"operator,omitempty"`

	// Gateway also traces the ingress gateway's pods, by a Telemetry in their
	// namespace; of several sites on one gateway only one may. An error without
	// a mesh. Default: true.
	// +optional
	Gateway *bool `json:"gateway,omitempty"`
}

// TraceTarget is the Service of a collector.
type TraceTarget struct {
	// ServiceRef names the Service. Required.
	ServiceRef ServiceRef `json:"serviceRef"`

	// Ports of the collector's pods.
	// +optional
	Ports TracePorts `json:"ports,omitempty"`
}

// ServiceRef names a Service of the cluster.
type ServiceRef struct {
	// Namespace of the Service. Required.
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace"`
	// Name of the Service. Required.
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
}

// TracePorts are the ports of a collector's pods, by what is spoken there.
type TracePorts struct {
	// OTLPGRPC is for OTLP over gRPC, which the mesh and Athens after v0.18
	// speak. Default: 4317.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	OTLPGRPC int32 `json:"otlpGRPC,omitempty"`

	// OTLPHTTP is for OTLP over HTTP, which lathens and crathens speak.
	// Default: 4318.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	OTLPHTTP int32 `json:"otlpHTTP,omitempty"`

	// JaegerThriftHTTP is for Jaeger's thrift over HTTP, which Athens up to
	// v0.18 speaks. Default: 14268.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	JaegerThriftHTTP int32 `json:"jaegerThriftHTTP,omitempty"`
}

// TraceCollector is a collector that the OpenTelemetry Operator runs.
type TraceCollector struct {
	// Exporter is where it sends traces. Required.
	// Example: {endpoint: "tempo.observability.svc.cluster.local:4317"}
	Exporter OTLPExporter `json:"exporter"`
	// Replicas of it. Default: 1.
	// +kubebuilder:validation:Minimum=1
	// +optional
	Replicas int32 `json:"replicas,omitempty"`
	// Image of the collector with its tag or digest: a distribution that has
	// the receivers otlp and, for Athens up to v0.18, jaeger, the processors
	// memory_limiter and batch, and the exporter otlp. Default: the one for
	// Kubernetes, otelcol-k8s 0.158.0 on ghcr.io.
	// +optional
	Image string `json:"image,omitempty"`
	// Resources of the container. Default: 100m CPU, 256Mi of memory and 512Mi
	// of ephemeral storage. A request or limit of memory that is left out is the
	// default; everything else that is left out stays unset.
	// +optional
	Resources *corev1.ResourceRequirements `json:"resources,omitempty"`
}

// OTLPExporter is where a collector sends what it collects, by OTLP over gRPC.
type OTLPExporter struct {
	// Endpoint is host:port. Required.
	Endpoint string `json:"endpoint"`
	// TLS of the connection.
	// +optional
	TLS ExporterTLS `json:"tls,omitempty"`
}

// ExporterTLS is the TLS of a collector's exporter, which is on unless it is
// switched off: the collector's own default.
type ExporterTLS struct {
	// Enabled encrypts the connection and checks the server's certificate
	// against the image's roots. With false it is plain text, for a receiver in
	// the cluster that a mesh encrypts or that is otherwise trusted.
	// Default: true.
	// +optional
	Enabled *bool `json:"enabled,omitempty"`
}
