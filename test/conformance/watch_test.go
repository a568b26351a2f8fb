package conformance

import (
	"slices"
	"strings"
)

// watchFields are the fields that the objects around a site's metrics use, by
// kind, with the names that their APIs have for them: prometheus-operator
// v0.95.2 (pkg/apis/monitoring/v1: podmonitor_types.go, prometheusrule_types.go)
// and KEDA v2.21.0 (apis/keda/v1alpha1/scaledobject_types.go), read 2026-11-25.
// Azure Monitor's PodMonitor differs in its group alone. A star represents any
// key of a map.
var watchFields = map[string][]string{
	"PodMonitor": {
		"selector.matchLabels.*",
		"podMetricsEndpoints.port", "podMetricsEndpoints.path", "podMetricsEndpoints.interval",
		"podMetricsEndpoints.basicAuth.username.name", "podMetricsEndpoints.basicAuth.username.key",
		"podMetricsEndpoints.basicAuth.password.name", "podMetricsEndpoints.basicAuth.password.key",
		"podMetricsEndpoints.relabelings.action", "podMetricsEndpoints.relabelings.sourceLabels", "podMetricsEndpoints.relabelings.regex",
		"podMetricsEndpoints.relabelings.targetLabel", "podMetricsEndpoints.relabelings.replacement",
	},
	"PrometheusRule": {
		"groups.name", "groups.rules.record", "groups.rules.alert", "groups.rules.expr", "groups.rules.for",
		"groups.rules.labels.*", "groups.rules.annotations.*",
	},
	"ScaledObject": {
		"scaleTargetRef.apiVersion", "scaleTargetRef.kind", "scaleTargetRef.name",
		"minReplicaCount", "maxReplicaCount",
		"advanced.horizontalPodAutoscalerConfig.behavior.*", // autoscaling/v2's
		"triggers.type", "triggers.metricType", "triggers.metadata.*", "triggers.authenticationRef.name",
	},
}

// watchGroups are the APIs of these kinds.
var watchGroups = []string{"monitoring.coreos.com/v1", "azmonitoring.coreos.com/v1", "keda.sh/v1alpha1"}

func isWatch(o object) bool { return slices.Contains(watchGroups, o.GetAPIVersion()) }

// checkWatch names the fields of a spec that its API does not have.
func checkWatch(o object) []string {
	known, ok := watchFields[o.GetKind()]
	if !ok {
		return []string{"no fields are known for this kind"}
	}
	var out []string
	walkFields(o.Object["spec"], "", func(path string) {
		if !slices.ContainsFunc(known, func(k string) bool {
			prefix, open := strings.CutSuffix(k, "*")
			return path == k || open && strings.HasPrefix(path, prefix)
		}) {
			out = append(out, "spec."+path+" is no field of its API")
		}
	})
	return out
}

// walkFields visits the paths of all scalars, without the indices of lists.
func walkFields(v any, at string, visit func(path string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			walkFields(value, strings.TrimPrefix(at+"."+key, "."), visit)
		}
	case []any:
		for _, item := range v {
			walkFields(item, at, visit)
		}
	default:
		visit(at)
	}
}
