package transformers

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
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

// longestGrace is a day, in seconds: more is a mistake.
const longestGrace = 86400

// enrolment is MeshEnrolment: workloads that somebody else wrote join the mesh.
func (r *run) enrolment(items []*yaml.Node) {
	spec := r.settings(get(r.config, "spec"), "spec", "workloads", "revision", "ports", "drain")
	revision := spec.text("revision")
	ports := spec.ports()
	drain := spec.drain()
	selectors := spec.selectors()
	if len(r.findings) > 0 {
		return
	}
	var enrolled []workload
	matched := make([]bool, len(selectors))
	for _, item := range items {
		w, ok := newWorkload(item)
		if !ok {
			continue
		}
		chosen := false
		for i, s := range selectors {
			if s.matches(w) {
				matched[i], chosen = true, true
			}
		}
		if !chosen {
			continue
		}
		if reason := w.unfit(revision); reason != "" {
			r.warn(item, "", "stays outside the mesh: %s", reason)
			continue
		}
		r.enrol(w, revision, drain)
		enrolled = append(enrolled, w)
	}
	for i, found := range matched {
		if !found {
			r.fail(r.config, spec.entry("workloads", i), "no workload among the items is that; kinds are %s", strings.Join(workloadKinds, ", "))
		}
	}
	r.enrolServices(items, enrolled, ports)
}

// workloadKinds are those that have pods.
var workloadKinds = []string{"CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "StatefulSet"}

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
func (w workload) has(labels *yaml.Node) bool {
	if labels == nil || labels.Kind != yaml.MappingNode || len(labels.Content) == 0 {
		return false
	}
	for i := 0; i+1 < len(labels.Content); i += 2 {
		if v := get(w.labels(), labels.Content[i].Value); v == nil || v.Value != deref(labels.Content[i+1]).Value {
			return false
		}
	}
	return true
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
func (r *run) enrol(w workload, revision string, drain drain) {
	if revision != "" {
		r.meta(w.template, "labels", revisionLabel, revision)
	} else {
		r.meta(w.template, "labels", injectLabel, "true")
	}
	if w.kind == "Job" || w.kind == "CronJob" {
		// Else the sidecar runs on, and the Job never ends.
		r.meta(w.template, "annotations", nativeSidecar, "true")
		return
	}
	r.drain(w, drain)
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
