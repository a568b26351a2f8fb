package transformers

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// selector chooses workloads; what is empty matches all.
type selector struct {
	kind, namespace, name string
	labels                *yaml.Node
}

func (s settings) selectors() (out []selector) {
	entries, _ := s.list("workloads")
	if len(entries) == 0 {
		s.run.fail(s.run.config, child(s.at, "workloads"), "name at least one, as in workloads: [{kind: Deployment, name: athens}]")
	}
	for i, entry := range entries {
		at := s.entry("workloads", i)
		e := s.run.settings(entry, at, "kind", "namespace", "name", "labels")
		out = append(out, selector{e.text("kind"), e.text("namespace"), e.text("name"), e.value("labels")})
		switch labels := e.value("labels"); {
		case e.node == nil || len(e.node.Content) == 0:
			s.run.fail(s.run.config, at, "would choose everything: give a kind, a namespace, a name or labels")
		case labels != nil && (labels.Kind != yaml.MappingNode || len(labels.Content) == 0):
			s.run.fail(s.run.config, child(at, "labels"), "must be a map of labels of the pods")
		}
		if kind := e.text("kind"); kind != "" && !slices.Contains(workloadKinds, kind) {
			s.run.fail(s.run.config, child(at, "kind"), "%s has no pods; write one of %s", kind, strings.Join(workloadKinds, ", "))
		}
	}
	return out
}

// matches says whether a selector chooses a workload, by what that is or was
// called.
func (s selector) matches(w workload) bool {
	if s.kind != "" && s.kind != w.kind || s.labels != nil && !w.has(s.labels) {
		return false
	}
	return slices.ContainsFunc(w.places(), func(p place) bool {
		return (s.name == "" || s.name == p.name) && (s.namespace == "" || s.namespace == p.namespace)
	})
}
