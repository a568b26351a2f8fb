package check

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/diff"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	workloads "github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// drifting is a site whose manifests are compared with its spec.
type drifting struct {
	spec *v1alpha1.AthensSite
	// namespace of the objects, which a tool may have changed.
	namespace string
	rendered  []*yaml.Node
	// templates of the pods that are there.
	templates []*yaml.Node
	rows      []watched
	// autoscaled are the Deployments whose pods an autoscaler counts, as NAMESPACE/NAME.
	autoscaled []string
}

// field that differs, in an object of a site.
type field struct {
	*drifting
	of     *diff.Drift
	object *manifests.Object
	// template of the object's pods, and pod the path in it; nil if the field is not
	// one of pods.
	template *yaml.Node
	pod      tree.Path
	path     tree.Path
	old, now *yaml.Node
	// scaled says that an autoscaler sets the number of pods.
	scaled bool
}

// drifts adds the fields in which the manifests of a site differ from what its spec
// renders to, where that has a consequence, and the objects that are not compared.
func (s *Site) drifts(of *manifests.Site, spec *v1alpha1.AthensSite, expected *manifests.Expected) {
	d := &drifting{spec: spec, namespace: of.World.Site().Namespace, rendered: expected.Nodes, rows: watchedFields()}
	var there []*yaml.Node
	objects := map[krm.ID]*manifests.Object{}
	for _, o := range of.Own {
		if there = append(there, o.Node); objects[o.ID] == nil {
			objects[o.ID] = o
		}
		if o.Kind == "HorizontalPodAutoscaler" || o.Kind == "ScaledObject" {
			d.autoscaled = append(d.autoscaled, o.Namespace+"/"+tree.Text(o.Node, "spec", "scaleTargetRef", "name"))
		}
		if template, _, _ := workloads.Template(o.Node); template != nil {
			d.templates = append(d.templates, template)
		}
	}
	found, err := diff.Drifts(d.rendered, there)
	if err != nil {
		return // an object that cannot be read is among the findings already
	}
	before := len(s.Findings)
	for i := range found {
		drift := &found[i]
		o := objects[drift.ID]
		then := d.consequence(drift, o)
		if then == "" && drift.Added && of.Refuses(o, drift.Path) {
			then = "the namespace enforces the Pod Security standard restricted, which refuses the pods: give the container a securityContext with allowPrivilegeEscalation: false and capabilities: {drop: [ALL]}"
		}
		if then != "" {
			f := fault(drifted, &manifests.Fault{Object: o, File: o.File, Path: drift.Path})
			// Each part is made fit to be printed alone: a secret in the values hides what is behind it.
			f.Message = quote.Sprintf("%s: %s: differs from what the spec renders to (%s): %s", o, drift.Path, drift.Text, then)
			f.Site, f.at = s.Name, quote.Sprintf("%s %s", o, drift.Path)
			f.Cure = strings.Replace(f.Cure, placeholder, f.at, 1)
			s.Findings = append(s.Findings, f)
		}
	}
	if s.NotCompared = len(expected.Unmatched); s.NotCompared > 0 {
		f := s.about(notKnown, notCompared(expected.Unmatched))
		f.Site, f.Cure = s.Name, "Name the objects as the spec renders them, or move all of them in one kustomization with `namespace`, `namePrefix` or `nameSuffix`."
		s.Findings = append(s.Findings, f)
		s.Passed = slices.DeleteFunc(s.Passed, func(code string) bool { return code == notKnown })
	}
	if len(s.Findings) == before {
		s.Passed = append(s.Passed, drifted)
	}
}

// placeholder of the object and the field in the cure of drifted.
const placeholder = "KIND NAMESPACE/NAME FIELD"

// notCompared names the objects, of many the first ones.
func notCompared(ids []krm.ID) string {
	const few = 3
	var names []string
	for _, id := range ids[:min(few, len(ids))] {
		names = append(names, id.String())
	}
	text := strings.Join(names, ", ")
	if more := len(ids) - few; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text + ": the spec renders them, and which objects of the manifests they are is not known, so their fields are not compared (AK811)"
}

// consequence of a difference; empty if it has none that this package knows.
func (d *drifting) consequence(drift *diff.Drift, o *manifests.Object) string {
	template, at, _ := workloads.Template(o.Node)
	decided := true
	for _, f := range drift.Fields {
		f := &field{drifting: d, of: drift, object: o, path: f.Path, old: f.Old, now: f.Now, scaled: slices.Contains(d.autoscaled, o.Namespace+"/"+o.Name)}
		if template != nil && f.path.Below(at) {
			f.template, f.pod = template, f.path[len(at):]
		}
		switch then, found := f.consequence(); {
		case !found || then == ifOpens:
			decided = false
		case then != "":
			return then
		}
	}
	if decided {
		return ""
	}
	return drift.Opens
}

// consequence by the first row that fits.
func (f *field) consequence() (then string, found bool) {
	if f.selectsTheSame() {
		return "", true
	}
	for i := range f.rows {
		row := &f.rows[i]
		path := f.path
		if row.kinds == ofPods {
			path = f.pod
		} else if !slices.Contains(strings.Fields(row.kinds), f.of.ID.Kind) {
			continue
		}
		if within(path, row.steps) && (row.when == nil || row.when(f)) {
			return row.then, true
		}
	}
	return "", false
}

// within says whether a path leads into a field.
func within(path, field tree.Path) bool {
	if len(path) < len(field) {
		return false
	}
	for i, step := range field {
		if !fits(step, path[i]) {
			return false
		}
	}
	return true
}

// fits says whether a step is one of those that a pattern means: * is any text.
func fits(pattern, step string) bool {
	before, after, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == step
	}
	if !strings.HasPrefix(step, before) {
		return false
	}
	middle, rest, more := strings.Cut(after, "*")
	if more {
		return strings.Contains(step[len(before):], middle) && rest == ""
	}
	return strings.HasSuffix(step[len(before):], after)
}
