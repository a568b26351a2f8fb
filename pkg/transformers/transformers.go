// Package transformers edits objects that this program did not make, for any
// user of Istio: MeshReferences fixes references that kustomize leaves behind,
// MeshEnrolment brings workloads into the mesh. docs/transformers.md is their
// manual.
//
// The package is pure, and works on YAML nodes: what it does not edit stays as
// it was, comments included.
package transformers

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Kinds of the configurations, all of v1alpha1.APIVersion.
const (
	ReferencesKind = "MeshReferences"
	EnrolmentKind  = "MeshEnrolment"
)

// Finding is one thing that a transformer has to say.
type Finding struct {
	// Wrong findings are errors: nothing was changed.
	Wrong bool
	// Object that it is about, nil if it is about none.
	Object *yaml.Node
	// Path of the field, empty if it is about no field.
	Path string
	// Message says what is wrong or was left out, and what to do about it.
	Message string
}

// IsConfig says whether an object is the configuration of a transformer.
func IsConfig(obj *yaml.Node) bool {
	kind := text(obj, "kind")
	return text(obj, "apiVersion") == v1alpha1.APIVersion && (kind == ReferencesKind || kind == EnrolmentKind)
}

// Reads says of an object whether a configuration lets Transform read and edit
// more of it than its metadata.
func Reads(config *yaml.Node) func(obj *yaml.Node) bool {
	fields := newTable()
	references := text(config, "kind") == ReferencesKind
	return func(obj *yaml.Node) bool {
		w, pods := newWorkload(obj)
		if references {
			return fields[w.group+"/"+w.kind] != nil
		}
		return pods || w.group+"/"+w.kind == "/Service"
	}
}

// Transform edits the items in place as a configuration says (see IsConfig).
// If a finding is wrong, no item was changed.
func Transform(config *yaml.Node, items []*yaml.Node) []Finding {
	run := &run{config: config, pending: map[*yaml.Node]string{}}
	if text(config, "kind") == ReferencesKind {
		run.references(items)
	} else {
		run.enrolment(items)
	}
	for _, f := range run.findings {
		if f.Wrong {
			return run.findings
		}
	}
	for _, edit := range run.edits {
		edit()
	}
	return run.findings
}

// run is one run of a transformer. Edits wait until all is known to be right.
type run struct {
	config   *yaml.Node
	findings []Finding
	edits    []func()
	// pending are the scalars that edits will replace, with their new values.
	pending map[*yaml.Node]string
}

func (r *run) fail(obj *yaml.Node, path, format string, args ...any) {
	r.findings = append(r.findings, Finding{true, obj, path, quote.Sprintf(format, args...)})
}

func (r *run) warn(obj *yaml.Node, path, format string, args ...any) {
	r.findings = append(r.findings, Finding{false, obj, path, quote.Sprintf(format, args...)})
}

// replace sets a scalar later. An alias becomes a scalar of its own: its
// anchor may mean something else where it stands.
func (r *run) replace(n *yaml.Node, value string) {
	if n.Kind == yaml.ScalarNode && n.Value == value {
		return
	}
	r.pending[n] = value
	r.edits = append(r.edits, func() {
		n.Kind, n.Tag, n.Value, n.Alias = yaml.ScalarNode, "!!str", value, nil
	})
}

// put sets a key of a map later.
func (r *run) put(m *yaml.Node, key, value string) {
	if i := index(m, key); i >= 0 {
		r.replace(m.Content[i+1], value)
		return
	}
	r.edits = append(r.edits, func() { put(m, key, str(value)) })
}
