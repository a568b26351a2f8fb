package v1alpha1

// logs checks where logs go.
func (r *rules) logs() {
	const path = "spec.logs"
	l := &r.spec.Logs
	if a := l.Access; a != nil {
		at := child(path, "access")
		r.optional(child(at, "provider"), a.Provider, func(s string) string {
			return word(s, "-_.", "the name of an extension provider", "envoy")
		})
	}
	if o := l.OpenTelemetry; o != nil {
		at := child(path, "openTelemetry")
		if r.check(child(at, "namespace"), dnsLabel(o.Namespace)) {
			r.check(child(at, "namespace"), collectorNamespace(o.Namespace))
		}
		if o.Namespace == r.site.Namespace && o.Namespace != "" {
			r.add(child(at, "namespace"), "is the site's own, which does not admit pods that mount the nodes' logs; write another one, as in observability")
		}
		r.otlpExporter(child(at, "exporter"), &o.Exporter, "host:port of what keeps logs, as in loki.observability.svc."+r.spec.ClusterDomain+":4317")
		r.image(child(at, "image"), o.Image)
		r.resources(child(at, "resources"), o.Resources)
	}
	if m := l.AzureMonitor; m != nil {
		r.each(path+".azureMonitor.excludeNamespaces", m.ExcludeNamespaces, dnsLabel)
	}
}
