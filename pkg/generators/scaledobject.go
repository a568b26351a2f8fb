package generators

import (
	"strconv"

	autoscalingv2 "k8s.io/api/autoscaling/v2"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// ScaledObject is KEDA's, keda.sh/v1alpha1.
type ScaledObject = Custom[scaledObjectSpec]

// scaledObjectSpec says what KEDA scales, between which numbers, on what.
type scaledObjectSpec struct {
	ScaleTargetRef  scaleTarget          `json:"scaleTargetRef"`
	MinReplicaCount int32                `json:"minReplicaCount"`
	MaxReplicaCount int32                `json:"maxReplicaCount"`
	Advanced        scaledObjectAdvanced `json:"advanced"`
	Triggers        []scaleTrigger       `json:"triggers"`
}

// scaleTarget is the workload.
type scaleTarget struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
}

// scaledObjectAdvanced passes on to the HorizontalPodAutoscaler that KEDA makes.
type scaledObjectAdvanced struct {
	HorizontalPodAutoscalerConfig hpaConfig `json:"horizontalPodAutoscalerConfig"`
}

// hpaConfig is part of that HorizontalPodAutoscaler.
type hpaConfig struct {
	Behavior *autoscalingv2.HorizontalPodAutoscalerBehavior `json:"behavior"`
}

// scaleTrigger is one thing to scale on.
type scaleTrigger struct {
	Type              string                         `json:"type"`
	MetricType        autoscalingv2.MetricTargetType `json:"metricType"`
	Metadata          map[string]string              `json:"metadata"`
	AuthenticationRef *localRef                      `json:"authenticationRef,omitempty"`
}

// localRef is an object of the same namespace.
type localRef struct {
	Name string `json:"name"`
}

// scaledObject replaces the HorizontalPodAutoscaler: KEDA makes one of its own
// from it. CPU stays a reason to scale, also while Prometheus does not answer.
func scaledObject(site *v1alpha1.AthensSite, k *v1alpha1.KEDA) *ScaledObject {
	r := athensReplicas(&site.Spec.Athens)
	requests := scaleTrigger{
		Type:       "prometheus",
		MetricType: autoscalingv2.AverageValueMetricType,
		Metadata: map[string]string{
			"serverAddress": k.ServerAddress,
			"query":         requestsInFlight(site),
			"threshold":     number(k.RequestsInFlight),
		},
	}
	if ref := k.TriggerAuthenticationRef; ref != nil {
		requests.AuthenticationRef = &localRef{Name: ref.Name}
	}
	return &ScaledObject{
		TypeMeta:   Type("keda.sh/v1alpha1", "ScaledObject"),
		ObjectMeta: Meta(site, Name(site, Athens), Athens),
		Spec: scaledObjectSpec{
			ScaleTargetRef:  scaleTarget{APIVersion: "apps/v1", Kind: "Deployment", Name: Name(site, Athens)},
			MinReplicaCount: r.min,
			MaxReplicaCount: r.max,
			Advanced:        scaledObjectAdvanced{hpaConfig{Behavior: scaleBehavior()}},
			Triggers: []scaleTrigger{requests, {
				Type:       "cpu",
				MetricType: autoscalingv2.UtilizationMetricType,
				Metadata:   map[string]string{"containerName": Athens, "value": strconv.Itoa(cpuUtilization)},
			}},
		},
	}
}

// requestsInFlight is the time that requests took in one second, which by
// Little's law is how many were there at once. Envoy's own gauge of them is
// switched off by default in Istio.
func requestsInFlight(site *v1alpha1.AthensSite) string {
	spent := `istio_request_duration_milliseconds_sum{reporter="destination",destination_workload_namespace=` +
		quote.PromQL(site.Namespace) + `,destination_workload=` + quote.PromQL(Name(site, Athens)) + `}`
	if !Meshed(site) {
		spent = `proxy_opencensus_io_http_server_latency_sum{namespace=` + quote.PromQL(site.Namespace) + `}`
	}
	return `sum(rate(` + spent + `[5m])) / 1000`
}
