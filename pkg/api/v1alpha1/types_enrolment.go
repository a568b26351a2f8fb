package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// MeshEnrolmentKind is the kind of MeshEnrolment in a manifest.
const MeshEnrolmentKind = "MeshEnrolment"

// MeshEnrolment adds workloads of other owners to the sidecar mesh.
type MeshEnrolment struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec MeshEnrolmentSpec `json:"spec"`
}

// MeshEnrolmentSpec says which workloads, and how they join.
type MeshEnrolmentSpec struct {
	// Workloads that join; each entry must find something. Required.
	// +listType=atomic
	Workloads []WorkloadSelector `json:"workloads"`

	// Revision of Istio: the label istio.io/rev of the pods. Default: none, the
	// label sidecar.istio.io/inject: "true".
	// +optional
	Revision string `json:"revision,omitempty"`

	// Ports are what ports of the workloads' Services speak; each entry must find
	// a port, and one that says it itself, by appProtocol, is left alone. Default:
	// the beginning of the port's name.
	// +listType=atomic
	// +optional
	Ports []ServicePort `json:"ports,omitempty"`

	// Drain is how a sidecar and its program start and stop together.
	// +optional
	Drain SidecarDrain `json:"drain,omitempty"`

	// Strict makes every warning an error: the build fails and nothing is changed.
	// Default: false.
	// +optional
	Strict bool `json:"strict,omitempty"`
}

// WorkloadSelector chooses workloads; what is left out matches all. Names and
// namespaces are those of now, or those before kustomize renamed.
type WorkloadSelector struct {
	// Kind of the workload. Default: any.
	// +kubebuilder:validation:Enum=CronJob;DaemonSet;Deployment;Job;Pod;ReplicaSet;StatefulSet
	// +optional
	Kind string `json:"kind,omitempty"`
	// Namespace of the workload. Default: any.
	// +optional
	Namespace string `json:"namespace,omitempty"`
	// Name of the workload. Default: any.
	// +optional
	Name string `json:"name,omitempty"`
	// Labels of its pods. Default: any.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`
}

// ServicePort says what a port of a Service speaks.
type ServicePort struct {
	// Service that has the port. Default: any.
	// +optional
	Service string `json:"service,omitempty"`
	// Port is its number or its name. Required.
	Port intstr.IntOrString `json:"port"`
	// AppProtocol is what it speaks. Required.
	// +kubebuilder:validation:Enum=grpc-web;grpc;http2;https;http;tcp;tls;mongo;mysql;redis;udp
	AppProtocol string `json:"appProtocol"`
}

// SidecarDrain is how a sidecar and its program start and stop together.
type SidecarDrain struct {
	// HoldApplicationUntilProxyStarts starts the program when the sidecar can
	// carry its traffic. Default: true.
	// +optional
	HoldApplicationUntilProxyStarts *bool `json:"holdApplicationUntilProxyStarts,omitempty"`
	// ExitOnZeroActiveConnections stops the sidecar when its last connection is
	// closed, not after Istio's five seconds. Default: true.
	// +optional
	ExitOnZeroActiveConnections *bool `json:"exitOnZeroActiveConnections,omitempty"`
	// GracePeriodSeconds is the least time that pods have to stop, 1 to 86400
	// seconds; it never shortens. Default: left alone.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=86400
	// +optional
	GracePeriodSeconds int32 `json:"gracePeriodSeconds,omitempty"`
}

// WorkloadKinds are those that have pods.
func WorkloadKinds() []string {
	return []string{"CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "StatefulSet"}
}

// AppProtocols are those that Istio knows by the beginning of a port's name or
// by appProtocol, in the order in which it looks for them (Istio 1.31,
// pkg/config/protocol).
func AppProtocols() []string {
	return []string{"grpc-web", "grpc", "http2", "https", "http", "tcp", "tls", "mongo", "mysql", "redis", "udp"}
}
