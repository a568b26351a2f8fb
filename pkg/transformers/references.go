package transformers

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// references is MeshReferences: every field that names another object by what
// it was called before names it by what it is called now.
func (r *run) references(spec *v1alpha1.MeshReferencesSpec, items []*yaml.Node) {
	keep := spec.KeepNamespaces
	objects := make([]*object, len(items))
	moved := false
	for i, item := range items {
		o := newObject(item)
		if len(o.was) == 0 {
			undo(spec, o)
		}
		r.keep(o, keep)
		moved = moved || len(o.was) > 0 || o.suffix != ""
		objects[i] = o
	}
	r.gatewayServices(objects)
	if !moved && len(r.edits) > 0 {
		return
	}
	if !moved {
		r.warn(nil, "", "no item carries its earlier name: nothing was renamed, or the host does not record it; then write spec.namePrefix, spec.nameSuffix or spec.namespace")
		return
	}
	if spec.MergedNamespaces == v1alpha1.MergedRefuse {
		r.merged(objects)
	}
	r.unkept(objects, keep)
	r.tooLong(objects)
	if len(r.findings) > 0 {
		return
	}
	f := fixer{run: r, directory: newDirectory(objects), seen: map[*yaml.Node]bool{}}
	for _, o := range objects {
		if template, _, known := pods.Template(o.node); known {
			f.workloads = append(f.workloads, workload{o, template})
		}
	}
	for _, o := range objects {
		f.object = o
		for _, field := range fields().of(o) {
			f.each(o.node, nil, field.path, field)
		}
	}
	f.left(objects)
}

// gatewayServices takes off what kustomize's labels added to the selectors of
// Services that a site makes before a gateway's pods: those are not in the build
// and do not get the labels. A policy of the site for the same pods, whose selector
// kustomize leaves alone, tells which labels are theirs.
func (r *run) gatewayServices(objects []*object) {
	for _, p := range objects {
		pods := tree.Get(p.node, "spec", "selector", "matchLabels")
		if p.kind != "AuthorizationPolicy" || !p.ofSite() || pods == nil {
			continue
		}
		for _, s := range objects {
			selector := tree.Get(s.node, "spec", "selector")
			if s.group != "" || s.kind != "Service" || s.site() != p.site() || !s.beside(p) || !within(pods, selector) {
				continue
			}
			for key := range tree.Entries(selector) {
				if tree.Get(pods, key) == nil {
					r.edits = append(r.edits, func() { tree.Remove(selector, key) })
				}
			}
		}
	}
}

// within says whether a selector has all labels of another one.
func within(labels, selector *yaml.Node) bool {
	for key, v := range tree.Entries(labels) {
		if tree.Text(selector, key) != v.Value {
			return false
		}
	}
	return true
}

// keep puts an object back into a namespace that it should not have left, and
// the object of that namespace itself: under another name the host's tools
// would take it for gone, and prune the namespace.
func (r *run) keep(o *object, keep []string) {
	origin, now, field := o.origin(), &o.namespace, "namespace"
	if o.isNamespace() {
		now, field = &o.name, "name"
	}
	n := tree.Get(o.node, "metadata", field)
	if origin == *now || !slices.Contains(keep, origin) || n == nil { // nil: of a kind without namespaces
		return
	}
	o.left = append(o.left, o.place())
	r.replace(n, origin)
	*now = origin
}

// unkept complains about namespaces to keep that nothing came from.
func (r *run) unkept(objects []*object, keep []string) {
	for i, ns := range keep {
		if !slices.ContainsFunc(objects, func(o *object) bool { return o.origin() == ns }) {
			r.fail(nil, "spec.keepNamespaces"+tree.Index(i), "no item was written in the namespace %s", ns)
		}
	}
}

// longest is the number of characters that Kubernetes takes in the names of
// kinds that take less than 253.
var longest = map[string]int{
	"/Namespace": 63, aService: 63,
	"batch/CronJob":    52, // it puts 11 behind them, in labels of 63
	"apps/StatefulSet": 52, // the same
}

// tooLong complains about names that a prefix or a suffix made too long.
func (r *run) tooLong(objects []*object) {
	for _, o := range objects {
		for _, o := range append(derived(o), o) {
			if most := longest[o.group+"/"+o.kind]; most > 0 && len(o.end().name) > most && len(o.was) > 0 {
				r.fail(o.node, "metadata.name", "%s has %d characters, and the name of a %s at most %d: shorten the prefix or the suffix", o.end().name, len(o.end().name), o.kind, most)
			}
		}
	}
}

// merged complains about namespaces that became one: kustomize's namespace:
// moves what was meant for the gateway's namespace too, where a policy then
// protects nothing, silently.
func (r *run) merged(objects []*object) {
	origins := map[string][]string{}
	var order []string
	for _, o := range objects {
		if o.homeless() {
			continue
		}
		if origins[o.namespace] == nil {
			order = append(order, o.namespace)
		}
		if origin := o.origin(); !slices.Contains(origins[o.namespace], origin) {
			origins[o.namespace] = append(origins[o.namespace], origin)
		}
	}
	for _, ns := range order {
		if from := origins[ns]; len(from) > 1 {
			r.fail(nil, "spec.keepNamespaces", "the namespace %s now has what was in %s: kustomize's namespace: moves everything. Name those whose objects should go back, as in keepNamespaces: [%s], or write mergedNamespaces: Allow if all were meant to move",
				ns, strings.Join(from, " and "), strings.Join(gatewaysOf(from, objects), ", "))
		}
	}
}

// gatewaysOf are, of namespaces that became one, those without a workload: the pods that
// their objects are for, such as a gateway's, are not in the build and did not move. If
// that does not tell them apart, it is the last one.
func gatewaysOf(from []string, objects []*object) []string {
	without := slices.DeleteFunc(slices.Clone(from), func(ns string) bool {
		return slices.ContainsFunc(objects, func(o *object) bool {
			template, _, _ := pods.Template(o.node)
			return template != nil && o.origin() == ns
		})
	})
	if len(without) == 0 || len(without) == len(from) {
		return from[len(from)-1:]
	}
	return without
}

// undo notes what an object was called before, as the configuration says it for
// hosts that leave no notes.
func undo(spec *v1alpha1.MeshReferencesSpec, o *object) {
	before := o.place()
	if short := strings.TrimSuffix(strings.TrimPrefix(o.name, spec.NamePrefix), spec.NameSuffix); short != "" && spec.NamePrefix+short+spec.NameSuffix == o.name {
		before.name = short
	}
	switch ns := spec.Namespace; {
	case ns == nil:
	case o.namespace == ns.To:
		before.namespace = ns.From
	case o.isNamespace() && o.name == ns.To:
		before.name = ns.From
	}
	if before != o.place() {
		o.was = []place{before}
	}
}
