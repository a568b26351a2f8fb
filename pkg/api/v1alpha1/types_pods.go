package v1alpha1

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
)

// Pods sets where pods run and what they carry for others than the site: no
// field here changes what the programs do. Those of all programs are
// spec.pods; a program's own pods add to them: its keys of maps and its parts of
// affinity win, its lists replace the site's. The rest of a pod follows from other
// fields.
type Pods struct {
	// NodeSelector are labels that a node must have. Default:
	// {kubernetes.io/os: linux}, which is added to what is written.
	// Example: {pool: build}
	// +optional
	NodeSelector map[string]string `json:"nodeSelector,omitempty"`

	// Tolerations let the pods run on nodes with taints, as in
	// [{key: build, operator: Exists}]. The collector of logs.openTelemetry
	// tolerates what any of the programs does. Default: none.
	// +listType=atomic
	// +optional
	Tolerations []corev1.Toleration `json:"tolerations,omitzero"`

	// Affinity prefers or requires nodes, or other pods' company. Default:
	// podAntiAffinity prefers another node for each replica of a program that may
	// have two or more; podAntiAffinity: {} takes that away.
	// +optional
	Affinity *corev1.Affinity `json:"affinity,omitempty"`

	// PriorityClassName is a PriorityClass of the cluster. Default: none, the
	// cluster's default.
	// +optional
	PriorityClassName string `json:"priorityClassName,omitempty"`

	// TopologySpreadConstraints spread the replicas of a program. One without
	// labelSelector counts the pods of the program. Default: zones, then nodes,
	// both as a wish (ScheduleAnyway), where a program may have two or more
	// replicas; [] takes that away.
	// +listType=atomic
	// +optional
	TopologySpreadConstraints []corev1.TopologySpreadConstraint `json:"topologySpreadConstraints,omitzero"`

	// RuntimeClassName is a RuntimeClass of the cluster. Default: none, the
	// nodes' own.
	// +optional
	RuntimeClassName string `json:"runtimeClassName,omitempty"`

	// Labels of the pods, beside the site's own. Keys by which the site, Istio or
	// Kubernetes find pods are refused. Default: none.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// Annotations of the pods, beside the site's own. Keys that change what the
	// mesh, Prometheus or the node do with a pod are refused. Default: none.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Over is what pods get from a program's own fields over those of all programs.
func (p Pods) Over(all Pods) Pods {
	p.NodeSelector = joined(all.NodeSelector, p.NodeSelector)
	p.Labels = joined(all.Labels, p.Labels)
	p.Annotations = joined(all.Annotations, p.Annotations)
	if p.Tolerations == nil {
		p.Tolerations = all.Tolerations
	}
	if p.TopologySpreadConstraints == nil {
		p.TopologySpreadConstraints = all.TopologySpreadConstraints
	}
	or(&p.PriorityClassName, all.PriorityClassName)
	or(&p.RuntimeClassName, all.RuntimeClassName)
	if own := p.Affinity; own != nil && all.Affinity != nil {
		both := *own
		or(&both.NodeAffinity, all.Affinity.NodeAffinity)
		or(&both.PodAffinity, all.Affinity.PodAffinity)
		or(&both.PodAntiAffinity, all.Affinity.PodAntiAffinity)
		p.Affinity = &both
	}
	or(&p.Affinity, all.Affinity)
	return p
}

// joined are the keys of both maps, with the second one's values.
func joined(below, above map[string]string) map[string]string {
	out := maps.Clone(below)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, above)
	return out
}

// InheritedMetadata is what every object of the site carries for its owners and
// their tools, as for the allocation of costs.
type InheritedMetadata struct {
	// Labels of every object and of the pods of the three programs, never of a
	// selector. A label of a more specific field, such as metrics.labels or
	// pods.labels, wins. Keys that the site, Istio or Kubernetes read are
	// refused. Default: none.
	// Example: {team: build}
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// Annotations of every object; pods have those of pods.annotations. One of a
	// more specific field, such as gateway.annotations, wins. Keys that
	// controllers obey are refused: write them in the field of the object that
	// they are for. Default: none.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`
}
