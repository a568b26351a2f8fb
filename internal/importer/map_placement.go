package importer

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
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
		if t := a.PodAntiAffinity; t != nil && m.only(t.RequiredDuringSchedulingIgnoredDuringExecution, t.PreferredDuringSchedulingIgnoredDuringExecution) {
			a.PodAntiAffinity = nil // as a site has it
		} else if t != nil {
			m.ofSite(t.RequiredDuringSchedulingIgnoredDuringExecution, t.PreferredDuringSchedulingIgnoredDuringExecution)
		}
		if t := a.PodAffinity; t != nil {
			m.ofSite(t.RequiredDuringSchedulingIgnoredDuringExecution, t.PreferredDuringSchedulingIgnoredDuringExecution)
		}
		if *a == (corev1.Affinity{}) {
			p.Affinity = nil
		} else if a.PodAffinity != nil || a.PodAntiAffinity != nil {
			m.carried["affinity"] = true // with the labels of the site's pods
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

// only reports whether the terms are wishes for a node of each of Athens' pods, which
// a site has itself.
func (m *mapping) only(must []corev1.PodAffinityTerm, wish []corev1.WeightedPodAffinityTerm) bool {
	return len(must) == 0 && !slices.ContainsFunc(wish, func(t corev1.WeightedPodAffinityTerm) bool {
		return !m.own(t.PodAffinityTerm.LabelSelector) || t.PodAffinityTerm.TopologyKey != corev1.LabelHostname
	})
}

// ofSite lets the terms about Athens' own pods pick those of the site.
func (m *mapping) ofSite(must []corev1.PodAffinityTerm, wish []corev1.WeightedPodAffinityTerm) {
	site := &metav1.LabelSelector{MatchLabels: generators.Selector(m.site, generators.Athens)}
	for i := range must {
		if t := &must[i]; m.own(t.LabelSelector) {
			t.LabelSelector = site
		}
	}
	for i := range wish {
		if t := &wish[i].PodAffinityTerm; m.own(t.LabelSelector) {
			t.LabelSelector = site
		}
	}
}
