package v1alpha1

import "k8s.io/apimachinery/pkg/api/resource"

// Autoscaling makes a HorizontalPodAutoscaler, which adds replicas while the
// container uses more than 70 % of the CPU that it requests.
type Autoscaling struct {
	// MaxReplicas is the most replicas that run, more than replicas. Required.
	// Example: 10
	// +kubebuilder:validation:Minimum=2
	MaxReplicas int32 `json:"maxReplicas"`
}

// AthensAutoscaling makes a HorizontalPodAutoscaler, which adds replicas while
// the container uses more than 70 % of the CPU that it requests, or while the
// one further metric asks for more: at most one of keda and podsMetric.
//
// +kubebuilder:validation:AtMostOneOf=keda;podsMetric
type AthensAutoscaling struct {
	// MaxReplicas is the most replicas that run, more than replicas. Required.
	// Example: 10
	// +kubebuilder:validation:Minimum=2
	MaxReplicas int32 `json:"maxReplicas"`

	// KEDA scales on requests in flight too: a ScaledObject, from which KEDA
	// makes the HorizontalPodAutoscaler; not together with podsMetric. Default:
	// none.
	// +optional
	KEDA *KEDA `json:"keda,omitempty"`

	// PodsMetric adds a metric of the pods, which an adapter such as
	// prometheus-adapter serves, to the HorizontalPodAutoscaler; not together
	// with keda. Default: none.
	// +optional
	PodsMetric *PodsMetric `json:"podsMetric,omitempty"`
}

// KEDA scales on requests in flight, which it asks Prometheus for.
type KEDA struct {
	// ServerAddress is the URL of Prometheus, as KEDA's operator reaches it.
	// Required.
	// Example: http://prometheus-operated.monitoring.svc:9090
	ServerAddress string `json:"serverAddress"`

	// RequestsInFlight is the target for one replica, on average over five
	// minutes. Default: two thirds of athens.protocolWorkers.
	// +kubebuilder:validation:Minimum=1
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

	// AverageValue is the target for one pod. Required.
	// +optional
	AverageValue *resource.Quantity `json:"averageValue,omitempty"`
}

// MaxReplicas is the most replicas of Athens that run.
func (a *Athens) MaxReplicas() int32 {
	if a.Autoscaling == nil {
		return a.Replicas
	}
	return a.Autoscaling.MaxReplicas
}

// MaxReplicas is the most replicas of lathens that run.
func (l *Lathens) MaxReplicas() int32 {
	if l.Autoscaling == nil {
		return l.Replicas
	}
	return l.Autoscaling.MaxReplicas
}
