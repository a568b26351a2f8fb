package importer

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// placement is where the pods run, and what they carry for others. What is about the
// replicas themselves is left to the site, whose pods have other labels.
func (m *mapping) placement() {
	p := &m.spec().Athens.Pods
	for _, f := range []struct {
		field string
		out   any
	}{{"nodeSelector", &p.NodeSelector}, {"tolerations", &p.Tolerations}, {"affinity", &p.Affinity}, {"topologySpreadConstraints", &p.TopologySpreadConstraints}} {
		n := tree.Get(m.pod, f.field)
		if n == nil || len(n.Content) == 0 {
			continue
		}
		if err := into(n, f.out); err != nil {
			m.leave(f.field, "cannot be read as Kubernetes has it: write spec.athens.pods.%s", f.field)
		}
	}
	delete(p.NodeSelector, corev1.LabelOSStable) // the default
	for i := range p.TopologySpreadConstraints {
		if c := &p.TopologySpreadConstraints[i]; m.own(c.LabelSelector) {
			c.LabelSelector = nil
		}
	}
	if a := p.Affinity; a != nil {
		if a.PodAntiAffinity != nil && m.aboutItself(a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution, a.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution) {
			a.PodAntiAffinity = nil
		}
		if a.PodAffinity != nil && m.aboutItself(a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution, a.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution) {
			a.PodAffinity = nil
		}
		if *a == (corev1.Affinity{}) {
			p.Affinity = nil
		}
	}
	p.PriorityClassName = tree.Text(m.pod, "priorityClassName")
	p.RuntimeClassName = tree.Text(m.pod, "runtimeClassName")
	carried := func(kind string, out *map[string]string, leave func(key string) bool) {
		for key, v := range tree.Entries(m.template, "metadata", kind) {
			if leave(key) {
				continue
			}
			if *out == nil {
				*out = map[string]string{}
			}
			(*out)[key] = tree.Text(v)
		}
	}
	carried("annotations", &p.Annotations, func(key string) bool { return isNote(key) || v1alpha1.PodAnnotation(key) != "" })
	carried("labels", &p.Labels, func(key string) bool {
		return m.named(key) || v1alpha1.PodLabel(key) != "" || strings.HasPrefix(key, "azure.workload.identity/")
	})
}

// own reports whether a selector picks Athens' own pods.
func (m *mapping) own(s *metav1.LabelSelector) bool {
	if s == nil || len(s.MatchLabels)+len(s.MatchExpressions) == 0 {
		return false
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(m.labels())
}

// labels of the pods.
func (m *mapping) labels() labels.Set {
	out := labels.Set{}
	for key, v := range tree.Entries(m.template, "metadata", "labels") {
		out[key] = tree.Text(v)
	}
	return out
}

// aboutItself reports whether any term is about Athens' own pods.
func (m *mapping) aboutItself(must []corev1.PodAffinityTerm, wish []corev1.WeightedPodAffinityTerm) bool {
	return slices.ContainsFunc(must, func(t corev1.PodAffinityTerm) bool { return m.own(t.LabelSelector) }) ||
		slices.ContainsFunc(wish, func(t corev1.WeightedPodAffinityTerm) bool { return m.own(t.PodAffinityTerm.LabelSelector) })
}
