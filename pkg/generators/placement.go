package generators

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// PodsOf is what the spec says of the pods of a program.
func PodsOf(site *v1alpha1.AthensSite, program string) v1alpha1.Pods {
	own := map[string]v1alpha1.Pods{Athens: site.Spec.Athens.Pods, Lathens: site.Spec.Lathens.Pods, Crathens: site.Spec.Crathens.Pods}
	return own[program].Over(site.Spec.Pods)
}

// place puts pods where the spec says, which carry what it says. Replicas, where
// there may be more than one, are spread unless it says otherwise.
func place(template *corev1.PodTemplateSpec, p v1alpha1.Pods, selector map[string]string, replicated bool) {
	maps.Copy(template.Labels, p.Labels)
	if len(p.Annotations) > 0 {
		annotate(template, p.Annotations)
	}
	spec := &template.Spec
	spec.NodeSelector = p.NodeSelector
	spec.Tolerations = p.Tolerations
	spec.PriorityClassName = p.PriorityClassName
	if p.RuntimeClassName != "" {
		spec.RuntimeClassName = &p.RuntimeClassName
	}
	spec.Affinity = p.Affinity.DeepCopy()
	spec.TopologySpreadConstraints = slices.Clone(p.TopologySpreadConstraints)
	if replicated && p.TopologySpreadConstraints == nil {
		spec.TopologySpreadConstraints = spread(selector)
	}
	if replicated && (spec.Affinity == nil || spec.Affinity.PodAntiAffinity == nil) {
		if spec.Affinity == nil {
			spec.Affinity = &corev1.Affinity{}
		}
		spec.Affinity.PodAntiAffinity = apart(selector)
	}
	for i := range spec.TopologySpreadConstraints {
		if c := &spec.TopologySpreadConstraints[i]; c.LabelSelector == nil {
			c.LabelSelector = &metav1.LabelSelector{MatchLabels: selector}
		}
	}
}
