package v1alpha1

import (
	"strings"
)

// Mesh modes.
const (
	// MeshSidecar puts an Envoy beside every pod.
	MeshSidecar = "Sidecar"
	// MeshAmbient uses ztunnel and waypoints; refused for now.
	MeshAmbient = "Ambient"
	// MeshNone is a plain site without Istio.
	MeshNone = "None"
)

// Egress modes.
const (
	// EgressOpen lets Athens reach any public host; nothing else leaves the
	// mesh.
	EgressOpen = "Open"
	// EgressRegistry lets Athens reach only hosts that are registered.
	EgressRegistry = "Registry"
)

// Mesh is the Istio configuration around the site.
type Mesh struct {
	// Mode is how pods join the mesh. None makes a plain site for a cluster
	// without Istio. Default: Sidecar.
	// +kubebuilder:validation:Enum=Sidecar;Ambient;None
	// +optional
	Mode string `json:"mode,omitempty"`

	// Revision of the control plane that injects (label istio.io/rev), as in
	// asm-1-30 of the AKS add-on. Default: none, the label istio-injection.
	// +optional
	Revision string `json:"revision,omitempty"`

	// RootNamespace is where the control plane runs. Default: istio-system;
	// aks-istio-system with a revision of the AKS add-on; none with mode None.
	// +optional
	RootNamespace string `json:"rootNamespace,omitempty"`

	// TrustDomain of the mesh's identities. Default: cluster.local;
	// none with mode None.
	// +optional
	TrustDomain string `json:"trustDomain,omitempty"`

	// Egress says which hosts Athens may reach.
	// +optional
	Egress Egress `json:"egress,omitempty"`

	// Tracing makes the mesh trace requests. Default: none.
	// +optional
	Tracing *Tracing `json:"tracing,omitempty"`
}

// AddOn says whether the control plane is the AKS add-on.
func (m *Mesh) AddOn() bool { return strings.HasPrefix(m.Revision, AKSRevisionPrefix) }

// Egress says which hosts Athens may reach.
type Egress struct {
	// Mode: Open lets Athens reach any public host, Registry only those that the spec
	// names (upstream, storage, locks, and hosts below). Nothing but Athens
	// leaves the mesh in either. Default: Open if athens.upstream.proxies
	// holds direct or athens.private.patterns are set, else Registry.
	// +kubebuilder:validation:Enum=Open;Registry
	// +optional
	Mode string `json:"mode,omitempty"`

	// Hosts are further hosts for Athens, as host (port 443) or host:port.
	// Default: none.
	// +optional
	Hosts []string `json:"hosts,omitempty"`

	// PrivateRanges are address ranges inside your own networks, as in
	// 10.20.0.0/16, that Athens may reach with mode Open on the ports 443, 80
	// and 22: where your Git servers, a private mirror or a private endpoint of
	// the storage answer. In mode Open a client chooses the host, so NetworkPolicies
	// close all other private addresses, and the metadata services of clouds
	// inside these ranges too. Hosts on other ports, addresses in hosts, Services
	// of the cluster and mode Registry need no entry. Default: none.
	// +optional
	PrivateRanges []string `json:"privateRanges,omitempty"`
}

// Tracing makes the mesh trace requests.
type Tracing struct {
	// Provider is the name of an extension provider in the mesh config.
	// Required.
	Provider string `json:"provider"`

	// SamplingPercent of requests, 0 to 100. Default: 1.
	// +optional
	SamplingPercent *int32 `json:"samplingPercent,omitempty"`

	// Collector is the provider's Service, as name.namespace.svc.cluster.local.
	// It must be reachable from every pod, so it is let through Sidecars and
	// NetworkPolicies. Required.
	Collector string `json:"collector"`

	// CollectorPort of the collector's pods for OTLP over gRPC, which the mesh
	// and Athens after v0.18 speak. Default: 4317.
	// +optional
	CollectorPort int32 `json:"collectorPort,omitempty"`

	// HTTPPort of the collector's pods for OTLP over HTTP, which lathens and
	// crathens speak. Default: 4318.
	// +optional
	HTTPPort int32 `json:"httpPort,omitempty"`

	// JaegerPort of the collector's pods for Jaeger's thrift over HTTP, which
	// Athens up to v0.18 speaks. Default: 14268.
	// +optional
	JaegerPort int32 `json:"jaegerPort,omitempty"`

	// Programs makes Athens, lathens and crathens send spans of their own, in
	// the traces that the mesh begins. Athens up to v0.18 joins them behind
	// lathens, crathens and a mesh that sends B3 headers (Zipkin's). Default:
	// true.
	// +optional
	Programs *bool `json:"programs,omitempty"`

	// Operator makes the collector, as an OpenTelemetryCollector
	// (opentelemetry.io/v1beta1) in the collector's namespace. Default: none,
	// the collector is there already.
	// +optional
	Operator *TraceCollector `json:"operator,omitempty"`

	// Gateway also traces the ingress gateway's pods, by a Telemetry in their
	// namespace; of several sites on one gateway only one may. Default: true.
	// +optional
	Gateway *bool `json:"gateway,omitempty"`
}

// TraceCollector is a collector that the OpenTelemetry Operator runs.
type TraceCollector struct {
	// ExportTo is where it sends traces on to, by OTLP over gRPC, as
	// host:port. Required. Example: tempo.observability.svc.cluster.local:4317
	ExportTo string `json:"exportTo"`
	// Insecure sends them without TLS. Default: false.
	// +optional
	Insecure bool `json:"insecure,omitempty"`
	// Replicas of it. Default: 1.
	// +optional
	Replicas int32 `json:"replicas,omitempty"`
	// Image of the collector with its tag or digest: a distribution that has
	// the receivers otlp and, for Athens up to v0.18, jaeger, the processors
	// memory_limiter and batch, and the exporter otlp. Default: the one for
	// Kubernetes, otelcol-k8s 0.158.0 on ghcr.io.
	// +optional
	Image string `json:"image,omitempty"`
}

// Edge is what stands between go commands and the mesh; at most one key.
//
// +kubebuilder:validation:MaxProperties=1
type Edge struct {
	// FrontDoor is an Azure Front Door.
	// +optional
	FrontDoor *FrontDoor `json:"frontDoor,omitempty"`
}
