package manifests

import (
	"errors"

	"go.yaml.in/yaml/v3"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// pod is what a workload makes its pods of.
type pod struct {
	*Object
	// template has the pods' metadata and spec, path is where it is.
	template *yaml.Node
	path     tree.Path
	labels   labels.Set
}

// pods of the set, but for those that another workload controls: that one speaks
// for them.
func (s *Set) pods() (out []pod) {
	for _, o := range s.Objects {
		if template, path, _ := pods.Template(o.Node); template != nil && !controlled(o) {
			out = append(out, pod{o, template, path, labelsIn(tree.Get(template, "metadata", "labels"))})
		}
	}
	return out
}

func controlled(o *Object) bool {
	for _, ref := range tree.Items(o.Node, "metadata", "ownerReferences") {
		if tree.Text(ref, "controller") == "true" {
			return true
		}
	}
	return false
}

func labelsIn(n *yaml.Node) labels.Set {
	out := labels.Set{}
	for key, v := range tree.Entries(n) {
		out[key] = tree.Text(v)
	}
	return out
}

// selector of the form that has matchLabels and matchExpressions; an error if
// Kubernetes takes it for none.
func selectorOf(n *yaml.Node) (labels.Selector, error) {
	for key := range tree.Entries(n) {
		if key != "matchLabels" && key != "matchExpressions" {
			return nil, errors.New(key + ": unknown field; known are matchLabels and matchExpressions")
		}
	}
	s := &metav1.LabelSelector{MatchLabels: labelsIn(tree.Get(n, "matchLabels"))}
	for _, e := range tree.Items(n, "matchExpressions") {
		r := metav1.LabelSelectorRequirement{Key: tree.Text(e, "key"), Operator: metav1.LabelSelectorOperator(tree.Text(e, "operator"))}
		for _, v := range tree.Items(e, "values") {
			r.Values = append(r.Values, tree.Text(v))
		}
		s.MatchExpressions = append(s.MatchExpressions, r)
	}
	return metav1.LabelSelectorAsSelector(s)
}

// in are the pods of a namespace that a selector picks.
func (s *Site) in(namespace string, which labels.Selector) (out []*pod) {
	for i := range s.pods {
		if p := &s.pods[i]; p.Namespace == namespace && which.Matches(p.labels) {
			out = append(out, p)
		}
	}
	return out
}

// own are the pods of the site.
func (s *Site) own() (out []*pod) {
	for i := range s.pods {
		if p := &s.pods[i]; p.owner() == s.Owner {
			out = append(out, p)
		}
	}
	return out
}
