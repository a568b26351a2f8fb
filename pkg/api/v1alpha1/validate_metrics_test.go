package v1alpha1_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestMetrics(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"nothing but defaults", "metrics: {}", nil},
		{"operator", "metrics: {operator: prometheus}", []string{"spec.metrics.operator: \"prometheus\" is not a choice; did you mean Prometheus?"}},
		{"label", "metrics: {labels: {release: a b}}", []string{"spec.metrics.labels.release: \"a b\" is not the value of a label"}},
		{"shares without their sign", "metrics: {slo: {availability: 99.9, cacheHitRatio: 50}}", []string{
			"spec.metrics.slo.availability: must have its unit; found the number 99.9. Write 99.9%", "spec.metrics.slo.cacheHitRatio: must have its unit; found the number 50. Write 50%"}},
		{"labels that nothing reads", "metrics: {operator: None, rules: {enabled: false}, labels: {release: a}}", []string{"spec.metrics.labels: has no meaning with metrics.operator None"}},
		{"namespace", "metrics: {namespace: Monitoring}", []string{"spec.metrics.namespace: \"Monitoring\" is not a DNS label"}},
		{"interval", "metrics: {interval: 2m}", []string{"spec.metrics.interval: 2m is too long"}},
		{"part of a second", "metrics: {interval: 1500ms}", []string{"spec.metrics.interval: must be whole seconds"}},
		{"runbook", "metrics: {runbookURL: docs}", []string{"spec.metrics.runbookURL: \"docs\" is not the URL"}},
		{"no share", "metrics: {slo: {availability: \"99.9\"}}", []string{"spec.metrics.slo.availability: \"99.9\" is not a share; write a percentage"}},
		{"no budget", "metrics: {slo: {availability: 100%}}", []string{"spec.metrics.slo.availability: 100% leaves no room"}},
		{"too much budget", "metrics: {slo: {coldFetch: {target: 90%}}}", []string{"spec.metrics.slo.coldFetch.target: 90% allows so many errors"}},
		{"no bucket", "metrics: {slo: {listLatency: {threshold: 300ms}}}", []string{"spec.metrics.slo.listLatency.threshold: 300ms is not a boundary of a bucket"}},
		{"Athens has other buckets", "metrics: {slo: {coldFetch: {threshold: 2.5s}}}", []string{"spec.metrics.slo.coldFetch.threshold: 2.5s is not a boundary"}},
		{"bucket", "metrics: {slo: {listLatency: {threshold: 250ms}, coldFetch: {threshold: 200ms}}}", nil},
		{"ratio", "metrics: {slo: {cacheHitRatio: 0.5}}", []string{"spec.metrics.slo.cacheHitRatio: must have its unit; found the number 0.5. Write it as in 50%"}},
		{"gateway without a mesh", "mesh: {mode: None}\nmetrics: {slo: {measuredAt: Gateway}}", []string{"spec.metrics.slo.measuredAt: has no meaning with mesh.mode None"}},
	})
}

func TestAutoscaling(t *testing.T) {
	const many = "athens: {storage: {gcs: {bucket: gomods}}, replicas: 2, autoscaling: {maxReplicas: 6, "
	stricttest.RunAll(t, []rule{
		{"keda", many + "keda: {serverAddress: \"http://prometheus.monitoring.svc:9090\"}}}", nil},
		{"metric", many + "podsMetric: {name: in_flight, averageValue: 20}}}", nil},
		{"CPU alone", many + "}}", nil},
		{"no bound", "athens: {storage: {gcs: {bucket: gomods}}, replicas: 2, autoscaling: {}}", []string{"spec.athens.autoscaling.maxReplicas: is required; write the most replicas that may run, as in 6"}},
		{"a bound of lathens", "lathens: {autoscaling: {maxReplicas: 2}}", []string{"spec.lathens.autoscaling.maxReplicas: is 2, but replicas, the fewest that run, is 2; write more than that, as in 6"}},
		{"both", many + "keda: {serverAddress: \"http://a.io:1\"}, podsMetric: {name: m, averageValue: 1}}}", []string{"spec.athens.autoscaling.podsMetric: is set together with keda"}},
		{"no address", many + "keda: {serverAddress: prometheus}}}", []string{"spec.athens.autoscaling.keda.serverAddress: \"prometheus\" is not the URL"}},
		{"no value", many + "podsMetric: {name: m}}}", []string{"spec.athens.autoscaling.podsMetric.averageValue: is required"}},
		{"no name", many + "podsMetric: {name: a b, averageValue: 1}}}", []string{"spec.athens.autoscaling.podsMetric.name: \"a b\" is not the name of a metric"}},
		{"not for lathens", "lathens: {autoscaling: {maxReplicas: 4, keda: {serverAddress: \"http://a.io:1\"}}}", []string{"spec.lathens.autoscaling.keda: unknown field"}},
		{"requests are not counted", "mesh: {mode: None}\n" + "athens: {version: v0.19.0, storage: {gcs: {bucket: gomods}}, replicas: 2, autoscaling: {maxReplicas: 6, keda: {serverAddress: \"http://a.io:1\"}}}",
			[]string{"spec.athens.autoscaling.keda: needs the duration of requests, which neither a mesh"}},
	})
}
