package transformers

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/problem"
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

// enrolment is MeshEnrolment: workloads that somebody else wrote join the mesh.
func (r *run) enrolment(spec *v1alpha1.MeshEnrolmentSpec, items []*yaml.Node) {
	var enrolled []workload
	matched := make([]bool, len(spec.Workloads))
	for _, item := range items {
		w, ok := newWorkload(item)
		if !ok {
			continue
		}
		chosen := false
		for i := range spec.Workloads {
			if w.chosen(&spec.Workloads[i]) {
				matched[i], chosen = true, true
			}
		}
		if !chosen {
			continue
		}
		if reason := w.unfit(spec.Revision); reason != "" {
			r.warn(item, "", "stays outside the mesh: %s", reason)
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

func newWorkload(n *yaml.Node) (workload, bool) {
	o := newObject(n)
	w := workload{o, nil}
	switch o.group + "/" + o.kind {
	case "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet", "batch/Job":
		w.template = get(n, "spec", "template")
	case "batch/CronJob":
		w.template = get(n, "spec", "jobTemplate", "spec", "template")
	case "/Pod":
		w.template = deref(n)
	}
	return w, w.template != nil && w.template.Kind == yaml.MappingNode
}

func (w workload) labels() *yaml.Node { return get(w.template, "metadata", "labels") }

// has says whether the pods have labels, of which there must be one.
func (w workload) has(labels map[string]string) bool {
	for key, value := range labels {
		if v := get(w.labels(), key); v == nil || v.Value != value {
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
	rev := text(w.labels(), revisionLabel)
	switch {
	case text(w.template, "spec", "hostNetwork") == "true":
		return "its pods use the network of their node (hostNetwork), where Istio injects no sidecar"
	case text(w.labels(), injectLabel) == "false", text(w.template, "metadata", "annotations", injectLabel) == "false":
		return "its pods say " + injectLabel + `: "false"`
	case text(w.labels(), ambientLabel) == "ambient":
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
	if w.kind == "Job" || w.kind == "CronJob" {
		// Else the sidecar runs on, and the Job never ends.
		r.meta(w.template, "annotations", nativeSidecar, "true")
		return
	}
	r.drain(w, &spec.Drain)
}

// meta sets a label or an annotation of a template later.
func (r *run) meta(template *yaml.Node, table, key, value string) {
	if text(template, "metadata", table, key) == value {
		return
	}
	r.edits = append(r.edits, func() {
		put(mapping(mapping(template, "metadata"), table), key, quoted(value))
	})
}

// mapping is the map of a key, which is made if it is not there.
func mapping(m *yaml.Node, key string) *yaml.Node {
	if v := get(m, key); v != nil && v.Kind == yaml.MappingNode {
		return v
	}
	v := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	if m.Content == nil {
		m.Style = 0
	}
	if i := index(m, key); i >= 0 {
		m.Content[i+1] = v
		return v
	}
	at := len(m.Content)
	if key == "metadata" {
		at = 0
	}
	m.Content = slices.Insert(m.Content, at, str(key), v)
	return v
}

// quoted is a string that no reader takes for a boolean or a number.
func quoted(s string) *yaml.Node {
	n := str(s)
	switch {
	case strings.Contains(s, "\n"):
		n.Style = yaml.LiteralStyle
	case s == "true":
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}
