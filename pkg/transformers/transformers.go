// Package transformers edits objects that this program did not make, for any
// user of Istio: MeshReferences fixes references that kustomize leaves behind,
// MeshEnrolment brings workloads into the mesh. docs/transformers.md is their
// manual.
//
// The package is pure, and works on YAML nodes: what it does not edit stays as
// it was, comments included.
package transformers

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Finding is one thing that a transformer has to say.
type Finding struct {
	// Wrong findings are errors: nothing was changed.
	Wrong bool
	// Object that it is about, nil if it is about the configuration.
	Object *yaml.Node
	// Path of the field, empty if it is about no field.
	Path string
	// Message says what is wrong or was left out, and what to do about it.
	Message string
}

// IsConfig says whether an object is the configuration of a transformer.
func IsConfig(obj *yaml.Node) bool {
	kind := tree.Text(obj, "kind")
	return tree.Text(obj, "apiVersion") == v1alpha1.APIVersion && (kind == v1alpha1.MeshReferencesKind || kind == v1alpha1.MeshEnrolmentKind)
}

// Reads says of an object whether a configuration lets Transform read and edit
// more of it than its metadata.
func Reads(config *yaml.Node) func(obj *yaml.Node) bool {
	references := tree.Text(config, "kind") == v1alpha1.MeshReferencesKind
	return func(obj *yaml.Node) bool {
		w, pods := newWorkload(obj)
		if references {
			return len(fields().of(w.object)) > len(everywhere)
		}
		return pods || w.group+"/"+w.kind == "/Service"
	}
}

// Edit edits items in place. Aliases and merge keys make one node part of
// several places: items must have none and no anchors, as after RNode.DeAnchor.
// If a finding is wrong, no item was changed.
type Edit func(items []*yaml.Node) []Finding

// References is the edit of a configuration that is valid and has its defaults.
func References(config *v1alpha1.MeshReferences) Edit {
	return func(items []*yaml.Node) []Finding {
		return edit(items, config.Spec.Strict, func(r *run) { r.references(&config.Spec, items) })
	}
}

// Enrolment is the edit of a configuration that is valid and has its defaults.
func Enrolment(config *v1alpha1.MeshEnrolment) Edit {
	return func(items []*yaml.Node) []Finding {
		return edit(items, config.Spec.Strict, func(r *run) { r.enrolment(&config.Spec, items) })
	}
}

func edit(items []*yaml.Node, strict bool, find func(*run)) []Finding {
	run := newRun()
	for _, item := range items {
		if tree.Shares(item) {
			run.fail(item, "", "has YAML anchors, aliases or merge keys: write them out")
		}
	}
	if len(run.findings) == 0 {
		find(run)
	}
	for i := range run.findings {
		run.findings[i].Wrong = run.findings[i].Wrong || strict
	}
	if slices.ContainsFunc(run.findings, func(f Finding) bool { return f.Wrong }) {
		return run.findings
	}
	for _, edit := range run.edits {
		edit()
	}
	return run.findings
}

// run is one run of a transformer. Edits wait until all is known to be right.
type run struct {
	findings []Finding
	edits    []func()
	// pending are the scalars that edits will replace, with their new values.
	pending map[*yaml.Node]string
}

func newRun() *run { return &run{pending: map[*yaml.Node]string{}} }

func (r *run) fail(obj *yaml.Node, path, format string, args ...any) {
	r.findings = append(r.findings, Finding{true, obj, path, quote.Sprintf(format, args...)})
}

func (r *run) warn(obj *yaml.Node, path, format string, args ...any) {
	r.findings = append(r.findings, Finding{false, obj, path, quote.Sprintf(format, args...)})
}

// replace sets a scalar later.
func (r *run) replace(n *yaml.Node, value string) {
	if n.Kind == yaml.ScalarNode && n.Value == value {
		return
	}
	r.pending[n] = value
	r.edits = append(r.edits, func() {
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, yaml.NodeTagString, value
	})
}

// put sets a key of a map later.
func (r *run) put(m *yaml.Node, key, value string) {
	if v := tree.Get(m, key); v != nil {
		r.replace(v, value)
		return
	}
	r.edits = append(r.edits, func() { tree.Put(m, key, tree.String(value)) })
}
