package generators

import (
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// OpenTelemetryCollector is the OpenTelemetry Operator's,
// opentelemetry.io/v1beta1.
type OpenTelemetryCollector = Custom[openTelemetryCollectorSpec]

// openTelemetryCollectorSpec is how the collector runs and what it does.
type openTelemetryCollectorSpec struct {
	Mode     string          `json:"mode"`
	Image    string          `json:"image"`
	Replicas int32           `json:"replicas"`
	Config   collectorConfig `json:"config"`
}

// collectorConfig is the collector's own configuration.
type collectorConfig struct {
	Receivers  traceReceivers  `json:"receivers"`
	Processors traceProcessors `json:"processors"`
	Exporters  traceExporters  `json:"exporters"`
	Service    traceService    `json:"service"`
}

// traceReceivers are what the programs and the mesh speak.
type traceReceivers struct {
	OTLP   otlpReceiver    `json:"otlp"`
	Jaeger *jaegerReceiver `json:"jaeger,omitempty"`
}

// otlpReceiver listens by gRPC and by HTTP.
type otlpReceiver struct {
	Protocols otlpProtocols `json:"protocols"`
}

// otlpProtocols are both forms of OTLP.
type otlpProtocols struct {
	GRPC receiverEndpoint `json:"grpc"`
	HTTP receiverEndpoint `json:"http"`
}

// jaegerReceiver listens for Athens up to v0.18.
type jaegerReceiver struct {
	Protocols jaegerProtocols `json:"protocols"`
}

// jaegerProtocols is the one that OpenCensus speaks.
type jaegerProtocols struct {
	ThriftHTTP receiverEndpoint `json:"thrift_http"`
}

// receiverEndpoint is an address to listen on.
type receiverEndpoint struct {
	Endpoint string `json:"endpoint"`
}

// traceProcessors keep the collector within its memory, and send many spans at
// once.
type traceProcessors struct {
	MemoryLimiter memoryLimiter `json:"memory_limiter"`
	Batch         struct{}      `json:"batch"`
}

// memoryLimiter refuses spans rather than run out of memory.
type memoryLimiter struct {
	CheckInterval        metav1.Duration `json:"check_interval"`
	LimitPercentage      int32           `json:"limit_percentage"`
	SpikeLimitPercentage int32           `json:"spike_limit_percentage"`
}

// traceExporters send traces on.
type traceExporters struct {
	OTLP otlpExporter `json:"otlp"`
}

// otlpExporter sends by gRPC.
type otlpExporter struct {
	Endpoint string       `json:"endpoint"`
	TLS      *exporterTLS `json:"tls,omitempty"`
}

// exporterTLS says how a connection is secured.
type exporterTLS struct {
	Insecure bool `json:"insecure"`
}

// traceService puts the parts together.
type traceService struct {
	Pipelines tracePipelines `json:"pipelines"`
}

// tracePipelines are the one for traces.
type tracePipelines struct {
	Traces pipeline `json:"traces"`
}

// pipeline names its parts in their order.
type pipeline struct {
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

	listen := func(port int32) receiverEndpoint { return receiverEndpoint{"0.0.0.0:" + number(port)} }
	config := collectorConfig{
		Receivers: traceReceivers{OTLP: otlpReceiver{otlpProtocols{GRPC: listen(t.CollectorPort), HTTP: listen(t.HTTPPort)}}},
		// The collector's own advice for a container.
		Processors: traceProcessors{MemoryLimiter: memoryLimiter{metav1.Duration{Duration: time.Second}, 80, 25}},
		Exporters:  exporter(t.Operator.ExportTo, t.Operator.Insecure),
		Service: traceService{tracePipelines{pipeline{
			Receivers: []string{"otlp"}, Processors: []string{"memory_limiter", "batch"}, Exporters: []string{"otlp"},
		}}},
	}
	if *t.Programs && sendsJaeger(site) {
		config.Receivers.Jaeger = &jaegerReceiver{jaegerProtocols{listen(t.JaegerPort)}}
		config.Service.Pipelines.Traces.Receivers = []string{"otlp", "jaeger"}
	}
	return []Object{&OpenTelemetryCollector{
		TypeMeta:   Type("opentelemetry.io/v1beta1", "OpenTelemetryCollector"),
		ObjectMeta: meta,
		Spec:       openTelemetryCollectorSpec{Mode: "deployment", Image: t.Operator.Image, Replicas: t.Operator.Replicas, Config: config},
	}}
}

func exporter(endpoint string, insecure bool) traceExporters {
	out := traceExporters{otlpExporter{Endpoint: endpoint}}
	if insecure {
		out.OTLP.TLS = &exporterTLS{Insecure: true}
	}
	return out
}
