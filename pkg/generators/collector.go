package generators

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// OpenTelemetryCollector is the OpenTelemetry Operator's,
// opentelemetry.io/v1beta1.
type OpenTelemetryCollector = Custom[collectorSpec]

// collectorSpec is how a collector runs and what it does.
type collectorSpec struct {
	Mode               string                      `json:"mode"`
	Image              string                      `json:"image"`
	ImagePullPolicy    corev1.PullPolicy           `json:"imagePullPolicy,omitempty"`
	Replicas           int32                       `json:"replicas,omitempty"`
	NodeSelector       map[string]string           `json:"nodeSelector"`
	Tolerations        []corev1.Toleration         `json:"tolerations,omitempty"`
	PodSecurityContext *corev1.PodSecurityContext  `json:"podSecurityContext,omitempty"`
	SecurityContext    *corev1.SecurityContext     `json:"securityContext,omitempty"`
	Resources          corev1.ResourceRequirements `json:"resources"`
	VolumeMounts       []corev1.VolumeMount        `json:"volumeMounts,omitempty"`
	Volumes            []corev1.Volume             `json:"volumes,omitempty"`
	Config             collectorConfig             `json:"config"`
}

// collectorConfig is the collector's own configuration.
type collectorConfig struct {
	Receivers  receivers        `json:"receivers"`
	Processors processors       `json:"processors"`
	Exporters  exporters        `json:"exporters"`
	Extensions *extensions      `json:"extensions,omitempty"`
	Service    collectorService `json:"service"`
}

// receivers are what is read: what the programs and the mesh speak, or files.
type receivers struct {
	OTLP    *receiver `json:"otlp,omitempty"`
	Jaeger  *receiver `json:"jaeger,omitempty"` // for Athens up to v0.18
	Filelog *filelog  `json:"filelog,omitempty"`
}

// receiver listens for each protocol on an address.
type receiver struct {
	Protocols map[string]receiverEndpoint `json:"protocols"`
}

// receiverEndpoint is an address to listen on.
type receiverEndpoint struct {
	Endpoint string `json:"endpoint"`
}

// processors keep the collector within its memory, and send many items at once.
type processors struct {
	MemoryLimiter memoryLimiter `json:"memory_limiter"`
	Batch         struct{}      `json:"batch"`
}

// memoryLimiter refuses items rather than run out of memory.
type memoryLimiter struct {
	CheckInterval        metav1.Duration `json:"check_interval"`
	LimitPercentage      int32           `json:"limit_percentage"`
	SpikeLimitPercentage int32           `json:"spike_limit_percentage"`
}

// exporters send on what was read.
type exporters struct {
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

// extensions are what components use.
type extensions struct {
	FileStorage fileStorage `json:"file_storage"`
}

// fileStorage keeps what a component must know after a restart.
type fileStorage struct {
	Directory string `json:"directory"`
}

// collectorService puts the parts together, by what is collected: logs or traces.
type collectorService struct {
	Extensions []string            `json:"extensions,omitempty"`
	Pipelines  map[string]pipeline `json:"pipelines"`
}

// pipeline names its parts in their order.
type pipeline struct {
	Receivers  []string `json:"receivers"`
	Processors []string `json:"processors"`
	Exporters  []string `json:"exporters"`
}

// collector in a namespace, of one kind of signal that the named receivers read.
func collector(site *v1alpha1.AthensSite, name, namespace, signal string, spec collectorSpec, from ...string) *OpenTelemetryCollector {
	// The collector's own advice for a container.
	spec.Config.Processors.MemoryLimiter = memoryLimiter{metav1.Duration{Duration: time.Second}, 80, 25}
	spec.Config.Service.Pipelines = map[string]pipeline{
		signal: {Receivers: from, Processors: []string{"memory_limiter", "batch"}, Exporters: []string{"otlp"}},
	}
	spec.ImagePullPolicy = corev1.PullPolicy(site.Spec.Images.PullPolicy)
	spec.NodeSelector = map[string]string{corev1.LabelOSStable: string(corev1.Linux)}
	meta := Meta(site, name, SiteWide)
	meta.Namespace = namespace
	return &OpenTelemetryCollector{
		TypeMeta:   Type("opentelemetry.io/v1beta1", "OpenTelemetryCollector"),
		ObjectMeta: meta,
		Spec:       spec,
	}
}

func exportTo(e *v1alpha1.OTLPExporter) exporters {
	out := exporters{otlpExporter{Endpoint: e.Endpoint}}
	if !*e.TLS.Enabled {
		out.OTLP.TLS = &exporterTLS{Insecure: true}
	}
	return out
}
