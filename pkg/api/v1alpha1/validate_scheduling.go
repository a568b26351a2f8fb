package v1alpha1

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func (r *rules) tolerations(list string, all []corev1.Toleration) {
	for i, t := range all {
		at := item(list, i)
		switch {
		case t.Key != "":
			r.labelKey(child(at, "key"), t.Key)
		case t.Operator != corev1.TolerationOpExists:
			r.add(child(at, "key"), "is required; write the taint's key, as in {key: build, operator: Exists}, or operator: Exists alone for every taint")
		}
		switch op := string(t.Operator); {
		case op == string(corev1.TolerationOpExists) && t.Value != "":
			r.add(child(at, "value"), "has no meaning with operator Exists; remove it, or write operator: Equal")
		case op == "" || r.enum(child(at, "operator"), op, "Equal", "Exists"):
			r.labelValue(child(at, "value"), t.Value)
		}
		if t.Effect != "" {
			r.enum(child(at, "effect"), string(t.Effect), "NoSchedule", "PreferNoSchedule", "NoExecute")
		}
		if t.TolerationSeconds != nil && t.Effect != corev1.TaintEffectNoExecute {
			r.add(child(at, "tolerationSeconds"), "has a meaning with effect NoExecute only; write that, or remove it")
		}
	}
}

func (r *rules) affinity(path string, a *corev1.Affinity) {
	const required, preferred = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
	if n := a.NodeAffinity; n != nil {
		at := child(path, "nodeAffinity")
		if all := n.RequiredDuringSchedulingIgnoredDuringExecution; all != nil {
			at := child(child(at, required), "nodeSelectorTerms")
			if len(all.NodeSelectorTerms) == 0 {
				r.add(at, "is required; write what a node must have, as in [{matchExpressions: [{key: pool, operator: In, values: [build]}]}]")
			}
			for i := range all.NodeSelectorTerms {
				r.nodeTerm(item(at, i), &all.NodeSelectorTerms[i], true)
			}
		}
		for i := range n.PreferredDuringSchedulingIgnoredDuringExecution {
			t := &n.PreferredDuringSchedulingIgnoredDuringExecution[i]
			at := item(child(at, preferred), i)
			r.weight(child(at, "weight"), t.Weight)
			r.nodeTerm(child(at, "preference"), &t.Preference, false)
		}
	}
	if p := a.PodAffinity; p != nil {
		r.podTerms(child(path, "podAffinity"), p.RequiredDuringSchedulingIgnoredDuringExecution, p.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if p := a.PodAntiAffinity; p != nil {
		r.podTerms(child(path, "podAntiAffinity"), p.RequiredDuringSchedulingIgnoredDuringExecution, p.PreferredDuringSchedulingIgnoredDuringExecution)
	}
}

// podTerms checks what other pods are wanted near, or not.
func (r *rules) podTerms(path string, must []corev1.PodAffinityTerm, wish []corev1.WeightedPodAffinityTerm) {
	const required, preferred = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
	for i := range must {
		r.podTerm(item(child(path, required), i), &must[i])
	}
	for i := range wish {
		at := item(child(path, preferred), i)
		r.weight(child(at, "weight"), wish[i].Weight)
		r.podTerm(child(at, "podAffinityTerm"), &wish[i].PodAffinityTerm)
	}
}

func (r *rules) weight(path string, n int32) {
	if n < 1 || n > 100 {
		r.add(path, "must be from 1 to 100; found %d", n)
	}
}

// nodeTerm checks what a node has to have; values of a wish are not held to the
// form of labels.
func (r *rules) nodeTerm(path string, t *corev1.NodeSelectorTerm, strictly bool) {
	for i, e := range t.MatchExpressions {
		at := item(child(path, "matchExpressions"), i)
		r.labelKey(child(at, "key"), e.Key)
		if !r.enum(child(at, "operator"), string(e.Operator), "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt") {
			continue
		}
		values, n := child(at, "values"), len(e.Values)
		switch e.Operator {
		case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
			if n == 0 {
				r.add(values, "is required with operator %s; write the label's values", e.Operator)
			}
		case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
			if n != 1 {
				r.add(values, "must be one number with operator %s; found %d values", e.Operator, n)
			}
		default:
			if n > 0 {
				r.add(values, "has no meaning with operator %s; remove it", e.Operator)
			}
		}
		for j, v := range e.Values {
			if strictly {
				r.labelValue(item(values, j), v)
			}
		}
	}
	for i, e := range t.MatchFields {
		at := item(child(path, "matchFields"), i)
		r.enum(child(at, "key"), e.Key, metav1.ObjectNameField)
		r.enum(child(at, "operator"), string(e.Operator), "In", "NotIn")
		if len(e.Values) != 1 {
			r.add(child(at, "values"), "must be one node's name; found %d values", len(e.Values))
		}
		for j, v := range e.Values {
			r.check(item(child(at, "values"), j), dnsName(v))
		}
	}
}

func (r *rules) podTerm(path string, t *corev1.PodAffinityTerm) {
	r.topologyKey(path, t.TopologyKey)
	r.selector(child(path, "labelSelector"), t.LabelSelector)
	r.selector(child(path, "namespaceSelector"), t.NamespaceSelector)
	r.each(child(path, "namespaces"), t.Namespaces, dnsLabel)
	r.matchKeys(child(path, "matchLabelKeys"), t.MatchLabelKeys, t.LabelSelector)
	r.matchKeys(child(path, "mismatchLabelKeys"), t.MismatchLabelKeys, t.LabelSelector)
	if t.LabelSelector == nil && len(t.MatchLabelKeys)+len(t.MismatchLabelKeys) > 0 {
		r.add(child(path, "labelSelector"), "is required next to keys of labels; write which pods are meant")
	}
	for i, k := range t.MismatchLabelKeys {
		if slices.Contains(t.MatchLabelKeys, k) {
			r.add(item(child(path, "mismatchLabelKeys"), i), "%q is one of matchLabelKeys too; remove one", k)
		}
	}
}

// spreading checks constraints; one without a selector gets the program's.
func (r *rules) spreading(list string, all []corev1.TopologySpreadConstraint) {
	firsts := map[string]int{}
	for i := range all {
		c, at := &all[i], item(list, i)
		if c.MaxSkew < 1 {
			r.add(child(at, "maxSkew"), "must be at least 1; found %d", c.MaxSkew)
		}
		r.topologyKey(at, c.TopologyKey)
		when := string(c.WhenUnsatisfiable)
		r.enum(child(at, "whenUnsatisfiable"), when, "DoNotSchedule", "ScheduleAnyway")
		if first, again := firsts[c.TopologyKey+" "+when]; again {
			r.add(at, "has the topologyKey and whenUnsatisfiable of %s; remove one", item(list, first))
		} else {
			firsts[c.TopologyKey+" "+when] = i
		}
		if n := c.MinDomains; n != nil && (*n < 1 || c.WhenUnsatisfiable != corev1.DoNotSchedule) {
			r.add(child(at, "minDomains"), "must be at least 1, and only next to whenUnsatisfiable DoNotSchedule; change it, or remove it")
		}
		for _, p := range []struct {
			name   string
			policy *corev1.NodeInclusionPolicy
		}{{"nodeAffinityPolicy", c.NodeAffinityPolicy}, {"nodeTaintsPolicy", c.NodeTaintsPolicy}} {
			if p.policy != nil {
				r.enum(child(at, p.name), string(*p.policy), "Honor", "Ignore")
			}
		}
		r.selector(child(at, "labelSelector"), c.LabelSelector)
		r.matchKeys(child(at, "matchLabelKeys"), c.MatchLabelKeys, c.LabelSelector)
	}
}

func (r *rules) topologyKey(path, key string) {
	if key == "" {
		r.add(child(path, "topologyKey"), "is required; write the label of nodes that names where they are, as in "+corev1.LabelTopologyZone)
	} else {
		r.labelKey(child(path, "topologyKey"), key)
	}
}

// selector checks which pods or namespaces are meant.
func (r *rules) selector(path string, s *metav1.LabelSelector) {
	for _, e := range metav1validation.ValidateLabelSelector(s, metav1validation.LabelSelectorValidationOptions{}, field.NewPath("selector")) {
		r.add(path, "is not a selector, because its %s %s; write one, as in {matchLabels: {app: build}}", strings.TrimPrefix(e.Field, "selector."), e.Detail)
	}
}

// matchKeys checks keys of labels that narrow a selector, which it must not have
// itself.
func (r *rules) matchKeys(path string, keys []string, s *metav1.LabelSelector) {
	for i, k := range keys {
		r.labelKey(item(path, i), k)
		if s != nil && (s.MatchLabels[k] != "" || slices.ContainsFunc(s.MatchExpressions, func(e metav1.LabelSelectorRequirement) bool { return e.Key == k })) {
			r.add(item(path, i), "%q is a key of labelSelector too; remove one", k)
		}
	}
	r.unique(path, keys)
}

func (r *rules) labelKey(path, key string) {
	if len(validation.IsQualifiedName(key)) > 0 {
		r.add(path, "%q is not a label's key; write a name, or a domain and a name, as in example.com/pool", key)
	}
}

func (r *rules) labelValue(path, value string) {
	if len(validation.IsValidLabelValue(value)) > 0 {
		r.add(path, "%q is not the value of a label; write at most 63 letters, digits, hyphens, underscores and dots", value)
	}
}
