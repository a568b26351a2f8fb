package transformers

import (
	"cmp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Labels and annotations of a pod template that Istio's injector reads.
const (
	injectLabel     = "sidecar.istio.io/inject"
	revisionLabel   = "istio.io/rev"
	ambientLabel    = "istio.io/dataplane-mode"
	nativeSidecar   = "sidecar.istio.io/nativeSidecar"
	proxyConfig     = "proxy.istio.io/config"
	exitWhenDrained = "EXIT_ON_ZERO_ACTIVE_CONNECTIONS"
)

// enrolment is MeshEnrolment: workloads of other owners join the mesh.
func (r *run) enrolment(spec *v1alpha1.MeshEnrolmentSpec, items []*yaml.Node) {
	spaces := namespaceLabels(items)
	var enrolled []workload
	matched := make([]bool, len(spec.Workloads))
	for _, item := range items {
		w, known := newWorkload(item)
		chosen := false
		for i := range spec.Workloads {
			if w.template != nil && w.chosen(&spec.Workloads[i]) {
				matched[i], chosen = matched[i] || known, true
			}
		}
		if !chosen {
			continue
		}
		reason := ""
		if !known {
			reason = "it has pods, but the kind " + w.kind + " is not among those that are known: write the label in the template of its pods"
		}
		reason = cmp.Or(reason, w.gateway(), w.unfit(spec.Revision), w.refused(spec.Revision, spaces[w.namespace]))
		if reason != "" {
			r.warn(item, "", "is left as it is: %s", reason)
			continue
		}
		r.enrol(w, spec)
		enrolled = append(enrolled, w)
	}
	for i, found := range matched {
		if !found {
			r.fail(nil, problem.Item("spec.workloads", i), "no workload among the items is that; kinds are %s", strings.Join(v1alpha1.WorkloadKinds(), ", "))
		}
	}
	r.enrolServices(items, enrolled, spec.Ports)
}

// workload is an object with pods.
type workload struct {
	*object
	// template has the pods' metadata and spec.
	template *yaml.Node
}

// newWorkload is an object with its pods, whose template is nil if it has none;
// known says that its kind is one that may join.
func newWorkload(n *yaml.Node) (w workload, known bool) {
	template, _, known := pods.Template(n)
	return workload{newObject(n), template}, known
}

func (w workload) labels() *yaml.Node { return tree.Get(w.template, "metadata", "labels") }

// has says whether the pods have labels, of which there must be one.
func (w workload) has(labels map[string]string) bool {
	for key, value := range labels {
		if v := tree.Get(w.labels(), key); v == nil || v.Value != value {
			return false
		}
	}
	return len(labels) > 0
}

// chosen says whether a selector chooses the workload, by what that is or was
// called.
func (w workload) chosen(s *v1alpha1.WorkloadSelector) bool {
	if s.Kind != "" && s.Kind != w.kind || s.Labels != nil && !w.has(s.Labels) {
		return false
	}
	return slices.ContainsFunc(w.places(), func(p place) bool {
		return (s.Name == "" || s.Name == p.name) && (s.Namespace == "" || s.Namespace == p.namespace)
	})
}

// unfit is why a workload cannot or must not join.
func (w workload) unfit(revision string) string {
	rev := tree.Text(w.labels(), revisionLabel)
	switch {
	case tree.Text(w.template, "spec", "hostNetwork") == "true":
		return "its pods use the network of their node (hostNetwork), where Istio injects no sidecar"
	case tree.Text(w.labels(), injectLabel) == "false", tree.Text(w.template, "metadata", "annotations", injectLabel) == "false":
		return "its pods say " + injectLabel + `: "false"`
	case tree.Text(w.labels(), ambientLabel) == "ambient":
		return "its pods are in the ambient mesh (" + ambientLabel + ")"
	case rev != "" && rev != revision:
		return "its pods ask for the revision " + rev + ", and spec.revision is another"
	}
	return ""
}

// enrol labels and annotates the pods.
func (r *run) enrol(w workload, spec *v1alpha1.MeshEnrolmentSpec) {
	if spec.Revision != "" {
		r.meta(w.template, "labels", revisionLabel, spec.Revision)
	} else {
		r.meta(w.template, "labels", injectLabel, "true")
	}
	switch {
	case w.kind == "Job" || w.kind == "CronJob":
		r.native(w, "the sidecar runs on when the program has ended, and the "+w.kind+" never ends")
		return
	case w.kind == "Pod":
		r.native(w, "the sidecar runs on when the program has ended")
	case len(tree.Items(w.template, "spec", "initContainers")) > 0:
		r.native(w, "its init containers run before the sidecar does, and reach nothing that asks for mTLS")
	}
	r.drain(w, &spec.Drain)
}

// native makes Kubernetes start the sidecar before the init containers, and stop
// it after the program; where the pods refuse that, a warning says what follows.
func (r *run) native(w workload, otherwise string) {
	if s := tree.Text(w.template, "metadata", "annotations", nativeSidecar); s != "" && s != "true" {
		r.warn(w.node, nativeSidecar, "stays %s: %s", s, otherwise)
		return
	}
	r.meta(w.template, "annotations", nativeSidecar, "true")
}

// meta sets a label or an annotation of a template later.
func (r *run) meta(template *yaml.Node, table, key, value string) {
	if tree.Text(template, "metadata", table, key) == value {
		return
	}
	r.edits = append(r.edits, func() {
		if !tree.Has(template, "metadata") {
			template.Content = slices.Insert(template.Content, 0, tree.String("metadata"), tree.Map())
		}
		tree.Set(template, tree.Path{"metadata", table, key}, tree.String(value))
	})
}
