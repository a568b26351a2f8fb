package transformers

import (
	"cmp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// conditionForms are the keys of conditions that name something of a mesh.
var conditionForms = map[string]form{
	"source.principal": principal, "source.namespace": namespace, "source.serviceAccount": account, "connection.sni": authority,
	"request.headers[:authority]": authority, "request.headers[host]": authority,
}

func (f *fixer) condition(n *yaml.Node) {
	form, ok := conditionForms[tree.Text(n, "key")]
	if !ok {
		return
	}
	at := f.at
	f.each(n, at, []string{"values[]"}, field{form: form})
	f.each(n, at, []string{"notValues[]"}, field{form: form})
}

// targetKind is what a map of kind, name and namespace means, where group and kind
// have defaults; the group may be part of an apiVersion.
func targetKind(n *yaml.Node, group, kind string) (string, string) {
	if v := tree.Get(n, "apiVersion"); v != nil {
		group = ""
		if g, _, found := strings.Cut(v.Value, "/"); found {
			group = g
		}
	}
	if g := tree.Get(n, "group"); g != nil {
		group = g.Value
	}
	return group, cmp.Or(tree.Text(n, "kind"), kind)
}

// target rewrites a map that means an object.
func (f *fixer) target(n *yaml.Node, group, kind string) {
	group, kind = targetKind(n, group, kind)
	f.seen[tree.Get(n, "name")], f.seen[tree.Get(n, "namespace")] = true, true
	name := tree.Text(n, "name")
	if accounts := "system:serviceaccounts:"; strings.HasPrefix(name, accounts) {
		f.at = f.at.With("name")
		f.put(n, "name", accounts+f.space(name[len(accounts):]))
		return
	}
	if to, ok := (place{tree.Text(n, "namespace"), name}).address(); ok {
		now, found := f.named(group, kind, to)
		if !found {
			f.unknown(group, kind, to)
			return
		}
		f.put(n, "name", now.name)
		f.put(n, "namespace", now.namespace)
		return
	}
	now, apart, to := f.short(group, kind, name)
	if now == name && !apart {
		return
	}
	f.put(n, "name", now)
	if apart {
		f.put(n, "namespace", to.namespace)
	}
}

// nameOf rewrites the name of an object that is beside the one that refers.
func (f *fixer) nameOf(n *yaml.Node, group, kind string) {
	now, apart, to := f.short(group, kind, n.Value)
	if apart {
		f.warn("left as it is: it names %s %s, which is in the namespace %s now, and a name alone does not lead there", kind, to.name, to.namespace)
		return
	}
	f.replace(n, now)
}

// hosted leaves to kustomize what that updates itself: all but the names that a
// controller makes of another object's.
func (f *fixer) hosted(n *yaml.Node, group, kind string) {
	if found := f.find(f.object, group, kind, "", n.Value); len(found) == 1 && found[0].maker != nil && found[0].beside(f.object) {
		f.replace(n, found[0].name)
	}
}

// credential rewrites the name of the Secret that an Istio Gateway's pods read in
// their own namespace, or, if they are not among the items, in the Gateway's.
func (f *fixer) credential(n *yaml.Node) {
	pods := map[string]string{}
	for key, v := range tree.Entries(f.object.node, "spec", "selector") {
		pods[key] = v.Value
	}
	for _, w := range f.workloads {
		if !w.has(pods) {
			continue
		}
		for _, ns := range w.namespaces() {
			if o := f.one("", "Secret", ns, n.Value); o != nil && o.beside(w.object) {
				f.replace(n, o.end().name)
				return
			}
		}
		return
	}
	f.nameOf(n, "", "Secret")
	for _, o := range f.names[n.Value] {
		if o.kind == "Secret" && o.group == "" && o.renamed(n.Value) && !o.beside(f.object) {
			f.warn("left as it is: it may mean %s, but the pods of this Gateway, which read the Secret in their own namespace, are not among the items: write %s if they are in %s", o, o.end().name, o.namespace)
			return
		}
	}
}

// nameLabel has the name of a Namespace, on every one.
const nameLabel = "kubernetes.io/metadata.name"

// labels rewrites a selector of namespaces.
func (f *fixer) labels(n *yaml.Node) {
	at := f.at
	f.each(n, at, []string{"matchLabels", nameLabel}, field{form: namespace})
	for i, e := range tree.Items(n, "matchExpressions") {
		if tree.Text(e, "key") == nameLabel {
			f.each(e, at.With("matchExpressions").With(tree.Index(i)), []string{"values[]"}, field{form: namespace})
		}
	}
}

// waypoint rewrites the labels that name a waypoint; on a Namespace they mean
// one in it.
func (f *fixer) waypoint(labels *yaml.Node) {
	const name, space = "istio.io/use-waypoint", "istio.io/use-waypoint-namespace"
	was := tree.Text(labels, name)
	if was == "" || was == "none" {
		return
	}
	f.at = f.at.With(name)
	in := tree.Text(labels, space)
	if in == "" && f.object.kind == "Namespace" {
		for _, p := range slices.Backward(f.object.places()) {
			if in = p.name; len(f.find(f.object, gatewayGroup, "Gateway", in, was)) > 0 {
				break
			}
		}
	}
	to, ok := place{in, was}.address()
	if !ok {
		now, apart, to := f.short(gatewayGroup, "Gateway", was)
		if f.put(labels, name, now); apart {
			f.put(labels, space, to.namespace)
		}
		return
	}
	now, found := f.named(gatewayGroup, "Gateway", to)
	if !found {
		f.unknown(gatewayGroup, "Gateway", to)
	} else {
		f.put(labels, name, now.name)
		if tree.Text(labels, space) != "" {
			f.put(labels, space, now.namespace)
		}
	}
}
