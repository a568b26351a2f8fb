package rules

import (
	"regexp"
	"strings"
	"testing"
)

// keptByAzure are the metrics of the targets kube-state, cadvisor and kubelet that
// Azure Monitor's managed Prometheus keeps by default (minimalingestionprofile=true):
// kubestateRegex_minimal_mac, cadvisorRegex_minimal_mac and kubeletRegex_minimal_mac in
// otelcollector/shared/configmap/mp/tomlparser-default-targets-metrics-keep-list.go
// of github.com/Azure/prometheus-collector at 39583fd50 of 2026-07-21, cut down to
// those of Deployments, pods, Jobs, containers and volumes. What a PodMonitor names is
// kept whole.
const keptByAzure = `kube_job_status_succeeded|kube_job_spec_completions|kube_deployment_status_replicas_ready|` +
	`kube_pod_container_status_last_terminated_reason|kube_pod_container_status_waiting_reason|kube_pod_container_status_restarts_total|` +
	`kube_pod_owner|kube_pod_container_resource_requests|kube_pod_status_phase|kube_pod_container_resource_limits|kube_pod_info|` +
	`kube_deployment_spec_replicas|kube_deployment_status_replicas_available|kube_deployment_status_replicas_updated|` +
	`kube_job_status_start_time|kube_job_status_active|kube_job_failed|` +
	`kube_horizontalpodautoscaler_status_desired_replicas|kube_horizontalpodautoscaler_status_current_replicas|` +
	`kube_horizontalpodautoscaler_spec_min_replicas|kube_horizontalpodautoscaler_spec_max_replicas|` +
	`kubelet_volume_stats_available_bytes|kubelet_volume_stats_capacity_bytes|kubelet_volume_stats_used_bytes|` +
	`kube_.*_labels|kube_.*_annotations|kube_pod_container_status_running|kube_pod_container_status_waiting|` +
	`kube_pod_container_status_terminated|kube_pod_created|kube_pod_start_time|kube_pod_container_status_ready|` +
	`container_memory_rss|container_cpu_usage_seconds_total|container_memory_working_set_bytes|container_memory_cache|` +
	`container_cpu_cfs_throttled_periods_total|container_cpu_cfs_periods_total|container_start_time_seconds`

// Rules and dashboard for Azure, and what any runbook watches, ask only for metrics
// that are kept there.
func TestAzure_KeepsWhatIsAskedFor(t *testing.T) {
	kept := regexp.MustCompile("^(?:" + keptByAzure + ")$")
	asked := map[string]bool{}
	for _, r := range parsed(t, specs["azure"]) {
		for _, metric := range metricsOf(t, r.Expr) {
			asked[metric] = true
		}
	}
	for _, p := range panels(t, specs["azure"]) {
		for _, metric := range metricsOf(t, p.query) {
			asked[metric] = true
		}
	}
	for expr := range watches(t) {
		for _, metric := range metricsOf(t, expr) {
			asked[metric] = true
		}
	}
	others := 0
	for metric := range asked {
		if !strings.HasPrefix(metric, "kube") && !strings.HasPrefix(metric, "container_") {
			continue
		}
		if others++; !kept.MatchString(metric) {
			t.Errorf("%s is asked for, and Azure's managed Prometheus drops it", metric)
		}
	}
	if others < 5 {
		t.Errorf("%d metrics of kube-state-metrics and the kubelet are asked for: nothing is proved", others)
	}
}
