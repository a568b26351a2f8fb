package v1alpha1

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/namespaces"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// tracing checks where spans go.
func (r *rules) tracing() {
	const path = "spec.tracing"
	t := r.spec.Tracing
	if t == nil {
		return
	}
	r.tracedMesh(t)
	if _, ok := t.Sampling.Fraction(); !ok {
		r.add(child(path, "sampling"), "%q is not a share; write 0%% to 100%%, as in 1%% or 0.1%%", string(t.Sampling))
	}
	service, ports := path+".collector.serviceRef", path+".collector.ports"
	ref := t.Collector.ServiceRef
	if r.required(child(service, "namespace"), ref.Namespace, "the namespace of the collector's Service, as in observability", dnsLabel) && t.Operator != nil {
		r.check(child(service, "namespace"), collectorNamespace(ref.Namespace))
	}
	if ref.Namespace == r.site.Namespace && ref.Namespace != "" && r.spec.Mesh.Mode != MeshNone && r.sound("spec.mesh.mode") {
		r.add(child(service, "namespace"), "is the site's own, whose policies refuse every caller of a collector; write another one, as in observability")
	}
	if r.required(child(service, "name"), ref.Name, "the name of the collector's Service, as in otel-collector", dnsLabel) && t.Operator != nil && !strings.HasSuffix(ref.Name, "-collector") {
		r.add(child(service, "name"), "%q is not what the operator calls a collector's Service; write <name>-collector, as in otel-collector", ref.Name)
	}
	r.port(child(ports, "otlpGRPC"), t.Collector.Ports.OTLPGRPC)
	r.port(child(ports, "otlpHTTP"), t.Collector.Ports.OTLPHTTP)
	r.port(child(ports, "jaegerThriftHTTP"), t.Collector.Ports.JaegerThriftHTTP)
	if o := t.Operator; o != nil {
		at := child(path, "operator")
		if p := t.Collector.Ports; p.OTLPGRPC == p.OTLPHTTP || p.JaegerThriftHTTP == p.OTLPGRPC || p.JaegerThriftHTTP == p.OTLPHTTP {
			r.add(ports, "name one port twice, and the collector's receivers listen on one each; write different ports")
		}
		r.otlpExporter(child(at, "exporter"), &o.Exporter, "host:port of what keeps traces, as in tempo.observability.svc."+r.spec.ClusterDomain+":4317")
		r.replicas(child(at, "replicas"), o.Replicas)
		r.image(child(at, "image"), o.Image)
		r.resources(child(at, "resources"), o.Resources)
	}
}

// tracedMesh checks what the mesh adds to traces.
func (r *rules) tracedMesh(t *Tracing) {
	const path = "spec.tracing"
	provider, programs := child(path, "provider"), child(path, "programs")
	switch {
	case !r.sound("spec.mesh.mode"):
	case r.spec.Mesh.Mode != MeshNone:
		r.required(provider, t.Provider, "the name of an extension provider of the mesh config, as in otel", func(s string) string {
			return word(s, "-_.", "the name of an extension provider", "otel")
		})
	case !*t.Programs:
		r.add(programs, "is false, and without a mesh (mesh.mode is None) nothing else traces; remove spec.tracing, or write true")
	}
}

// otlpExporter checks where a collector sends what it collects.
func (r *rules) otlpExporter(path string, e *OTLPExporter, write string) {
	r.required(child(path, "endpoint"), e.Endpoint, write, hostAndPort)
}

// collectorNamespace is what is wrong with a namespace for a collector that a
// site brings.
func collectorNamespace(namespace string) string {
	whose, ok := namespaces.Reserved(namespace)
	if !ok || namespaces.Collects(namespace) {
		return ""
	}
	return quote.Sprintf("%s belongs to %s, where a site runs no collector of its own; write a namespace for telemetry, as in observability", namespace, whose)
}
