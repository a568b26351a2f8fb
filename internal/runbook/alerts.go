package runbook

import (
	"fmt"
	"regexp"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

type alert struct {
	Name, Expression, For, Do string
}

// Alerts of this site, made of metrics that its programs, kube-state-metrics
// and the mesh have. Texts among the arguments of an expression are written as
// strings of PromQL.
func (b *book) Alerts() []alert {
	a := &b.Site.Spec.Athens
	var out []alert
	add := func(name, duration, do, expression string, args ...any) {
		for i, v := range args {
			if s, ok := v.(string); ok {
				args[i] = quote.PromQL(s)
			}
		}
		out = append(out, alert{name, fmt.Sprintf(expression, args...), duration, do})
	}
	add("Athens is gone", "2m", "*Athens' pods are not ready*, *A pod does not start*",
		`kube_deployment_status_replicas_available{namespace=%s,deployment=%s} < 1`, b.Namespace, generators.Name(b.Site, generators.Athens))
	if b.Meshed {
		add("Modules fail", "10m", "*Modules cannot be found*, *First downloads are slow*",
			`sum(rate(istio_requests_total{reporter="destination",destination_service=%[1]s,response_code=~"5.."}[10m])) / sum(rate(istio_requests_total{reporter="destination",destination_service=%[1]s}[10m])) > 0.05`, generators.Host(b.Site, generators.Athens))
	}
	if b.Lathens {
		l := &b.Site.Spec.Lathens
		add("lathens is gone", "10m", b.withoutLathens(),
			`kube_deployment_status_replicas_available{namespace=%s,deployment=%s} < 1`, b.Namespace, generators.Name(b.Site, generators.Lathens))
		add("Lists are stale", "10m", "Nobody notices for "+b.Stale()+". *Modules cannot be found*, *Athens' pods are not ready*",
			`sum(rate(lathens_stale_served_total{namespace=%s,reason="failed"}[10m])) > 0`, b.Namespace)
		add("Lists wait for Athens", "10m", "Athens is slow: *First downloads are slow*",
			`max(lathens_upstream_in_flight{namespace=%s}) >= %d`, b.Namespace, l.MaxUpstream)
		add("Few lists come from the cache", "1h", "Raise `spec.lathens.ttl`, or `maxBytes` if the next alert is on too",
			`sum(rate(lathens_requests_total{namespace=%[1]s,result=~"hit|stale|negative"}[1h])) / sum(rate(lathens_requests_total{namespace=%[1]s}[1h])) < 0.5`, b.Namespace)
		add("The cache is full", "1h", "Raise `spec.lathens.maxBytes` (now "+l.MaxBytes.String()+")",
			`max(lathens_cache_bytes{namespace=%[1]s} / lathens_cache_max_bytes{namespace=%[1]s}) > 0.95`, b.Namespace)
	}
	if a.Has(releases.FetchMetrics) && a.BasicAuth == nil {
		add("Upstream is slow", "15m", "*First downloads are slow*",
			`sum(rate(proxy_upstream_fetch_duration_seconds_sum{namespace=%[1]s}[15m])) / sum(rate(proxy_upstream_fetch_duration_seconds_count{namespace=%[1]s}[15m])) > 60`, b.Namespace)
	}
	add("Restarts", "0m", "*Athens is OOMKilled*, *A pod does not start*",
		`sum by (pod, container) (increase(kube_pod_container_status_restarts_total{namespace=%s}[1h])) > 2`, b.Namespace)
	if a.Autoscaling != nil {
		hpa := generators.Name(b.Site, generators.Athens)
		if b.keda() {
			hpa = "keda-hpa-" + hpa // KEDA makes it
		}
		add("Athens cannot grow", "30m", "*Scale*",
			`kube_horizontalpodautoscaler_status_current_replicas{namespace=%[1]s,horizontalpodautoscaler=%[2]s} >= kube_horizontalpodautoscaler_spec_max_replicas{namespace=%[1]s,horizontalpodautoscaler=%[2]s}`, b.Namespace, hpa)
	}
	if a.Storage.Disk != nil {
		add("The volume fills up", "1h", "*Athens' pods are not ready*, its last lines",
			`kubelet_volume_stats_available_bytes{namespace=%[1]s,persistentvolumeclaim=%[2]s} / kubelet_volume_stats_capacity_bytes{namespace=%[1]s,persistentvolumeclaim=%[2]s} < 0.15`, b.Namespace, b.claim())
	}
	if b.Crathens {
		add("crathens fails", "0m", "*crathens fails, or never ends*",
			`kube_job_status_failed{namespace=%s,job_name=~%s} > 0`, b.Namespace, regexp.QuoteMeta(generators.Name(b.Site, generators.Crathens))+"-.*")
	}
	return out
}

func (b *book) withoutLathens() string {
	switch {
	case b.List:
		return "No outage: Athens answers lists, with more work. *A pod does not start*"
	case b.Site.Spec.Gateway.Ingress != nil:
		return "An outage: the Ingress leads to lathens. *A pod does not start*"
	}
	return "An outage for those who ask its Service. *A pod does not start*"
}
