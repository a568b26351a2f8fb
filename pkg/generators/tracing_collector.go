package generators

import (
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// OpenTelemetryCollector is the OpenTelemetry Operator's,
// opentelemetry.io/v1beta1.
type OpenTelemetryCollector = Custom[OpenTelemetryCollectorSpec]

// OpenTelemetryCollectorSpec is how the collector runs and what it does.
type OpenTelemetryCollectorSpec struct {
	Mode     string          `json:"mode"`
	Image    string          `json:"image"`
	Replicas int32           `json:"replicas"`
	Config   CollectorConfig `json:"config"`
}

// CollectorConfig is the collector's own configuration.
type CollectorConfig struct {
	Receivers  TraceReceivers  `json:"receivers"`
	Processors TraceProcessors `json:"processors"`
	Exporters  TraceExporters  `json:"exporters"`
	Service    TraceService    `json:"service"`
}

// TraceReceivers are what the programs and the mesh speak.
type TraceReceivers struct {
	OTLP   OTLPReceiver    `json:"otlp"`
	Jaeger *JaegerReceiver `json:"jaeger,omitempty"`
}

// OTLPReceiver listens by gRPC and by HTTP.
type OTLPReceiver struct {
	Protocols OTLPProtocols `json:"protocols"`
}

// OTLPProtocols are both forms of OTLP.
type OTLPProtocols struct {
	GRPC ReceiverEndpoint `json:"grpc"`
	HTTP ReceiverEndpoint `json:"http"`
}

// JaegerReceiver listens for Athens up to v0.18.
type JaegerReceiver struct {
	Protocols JaegerProtocols `json:"protocols"`
}

// JaegerProtocols is the one that OpenCensus speaks.
type JaegerProtocols struct {
	ThriftHTTP ReceiverEndpoint `json:"thrift_http"`
}

// ReceiverEndpoint is an address to listen on.
type ReceiverEndpoint struct {
	Endpoint string `json:"endpoint"`
}

// TraceProcessors keep the collector within its memory, and send many spans at
// once.
type TraceProcessors struct {
	MemoryLimiter MemoryLimiter `json:"memory_limiter"`
	Batch         struct{}      `json:"batch"`
}

// MemoryLimiter refuses spans rather than run out of memory.
type MemoryLimiter struct {
	CheckInterval        metav1.Duration `json:"check_interval"`
	LimitPercentage      int32           `json:"limit_percentage"`
	SpikeLimitPercentage int32           `json:"spike_limit_percentage"`
}

// TraceExporters send traces on.
type TraceExporters struct {
	OTLP OTLPExporter `json:"otlp"`
}

// OTLPExporter sends by gRPC.
type OTLPExporter struct {
	Endpoint string       `json:"endpoint"`
	TLS      *ExporterTLS `json:"tls,omitempty"`
}

// ExporterTLS says how a connection is secured.
type ExporterTLS struct {
	Insecure bool `json:"insecure"`
}

// TraceService puts the parts together.
type TraceService struct {
	Pipelines TracePipelines `json:"pipelines"`
}

// TracePipelines are the one for traces.
type TracePipelines struct {
	Traces Pipeline `json:"traces"`
}

// Pipeline names its parts in their order.
type Pipeline struct {
	Receivers  []string `json:"receivers"`
	Processors []string `json:"processors"`
	Exporters  []string `json:"exporters"`
}

// TraceCollector is the collector of the site's traces, where the site brings
// it. The operator calls its Service <name>-collector.
func TraceCollector(site *v1alpha1.AthensSite) []Object {
	t := site.Spec.Mesh.Tracing
	if !Meshed(site) || t == nil || t.Operator == nil {
		return nil
	}
	service, rest, _ := strings.Cut(t.Collector, ".")
	namespace, _, _ := strings.Cut(rest, ".")
	meta := Meta(site, strings.TrimSuffix(service, "-collector"), SiteWide)
	meta.Namespace = namespace

	listen := func(port int32) ReceiverEndpoint { return ReceiverEndpoint{"0.0.0.0:" + number(port)} }
	config := CollectorConfig{
		Receivers: TraceReceivers{OTLP: OTLPReceiver{OTLPProtocols{GRPC: listen(t.CollectorPort), HTTP: listen(t.HTTPPort)}}},
		// The collector's own advice for a container.
		Processors: TraceProcessors{MemoryLimiter: MemoryLimiter{metav1.Duration{Duration: time.Second}, 80, 25}},
		Exporters:  exporter(t.Operator.ExportTo, t.Operator.Insecure),
		Service: TraceService{TracePipelines{Pipeline{
			Receivers: []string{"otlp"}, Processors: []string{"memory_limiter", "batch"}, Exporters: []string{"otlp"},
		}}},
	}
	if *t.Programs && sendsJaeger(site) {
		config.Receivers.Jaeger = &JaegerReceiver{JaegerProtocols{listen(t.JaegerPort)}}
		config.Service.Pipelines.Traces.Receivers = []string{"otlp", "jaeger"}
	}
	return []Object{&OpenTelemetryCollector{
		TypeMeta:   Type("opentelemetry.io/v1beta1", "OpenTelemetryCollector"),
		ObjectMeta: meta,
		Spec:       OpenTelemetryCollectorSpec{Mode: "deployment", Image: t.Operator.Image, Replicas: t.Operator.Replicas, Config: config},
	}}
}

func exporter(endpoint string, insecure bool) TraceExporters {
	out := TraceExporters{OTLPExporter{Endpoint: endpoint}}
	if insecure {
		out.OTLP.TLS = &ExporterTLS{Insecure: true}
	}
	return out
}
