package v1alpha1

import "k8s.io/apimachinery/pkg/api/resource"

// Autoscaling is what decides the number of Athens' replicas beside their CPU
// (70 % of what they ask for); at most one key.
//
// +kubebuilder:validation:MaxProperties=1
type Autoscaling struct {
	// KEDA makes a ScaledObject, from which KEDA makes the
	// HorizontalPodAutoscaler.
	// +optional
	KEDA *KEDA `json:"keda,omitempty"`

	// PodsMetric adds a metric of the pods, which an adapter such as
	// prometheus-adapter serves, to the HorizontalPodAutoscaler.
	// +optional
	PodsMetric *PodsMetric `json:"podsMetric,omitempty"`
}

// KEDA scales on requests in flight, which it asks Prometheus for.
type KEDA struct {
	// ServerAddress is the URL of Prometheus, as KEDA's operator reaches it.
	// Required.
	// Example: http://prometheus-operated.monitoring.svc:9090
	ServerAddress string `json:"serverAddress"`

	// RequestsInFlight that one replica is to have, on average over five
	// minutes. Default: two thirds of athens.protocolWorkers.
	// +optional
	RequestsInFlight int32 `json:"requestsInFlight,omitempty"`

	// TriggerAuthenticationRef names KEDA's credentials for a Prometheus that
	// asks for them, a TriggerAuthentication. Default: none.
	// +optional
	TriggerAuthenticationRef *LocalRef `json:"triggerAuthenticationRef,omitempty"`
}

// PodsMetric is a metric of the custom metrics API.
type PodsMetric struct {
	// Name of the metric. Required.
	Name string `json:"name"`

	// AverageValue that the pods are to have. Required.
	// +optional
	AverageValue *resource.Quantity `json:"averageValue,omitempty"`
}
