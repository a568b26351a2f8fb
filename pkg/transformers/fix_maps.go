package transformers

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// conditionForms are the keys of conditions that name something of a mesh.
var conditionForms = map[string]form{
	"source.principal": principal, "source.namespace": namespace, "source.serviceAccount": account, "connection.sni": inText,
}

func (f *fixer) condition(n *yaml.Node) {
	form, ok := conditionForms[tree.Text(n, "key")]
	if !ok {
		return
	}
	at := f.at
	f.each(n, at, []string{"values[]"}, form)
	f.each(n, at, []string{"notValues[]"}, form)
}

// target rewrites a map of kind, name and namespace, where group and kind have
// defaults.
func (f *fixer) target(n *yaml.Node, group, kind string) {
	if g := tree.Get(n, "group"); g != nil {
		group = g.Value
	}
	if k := tree.Text(n, "kind"); k != "" {
		kind = k
	}
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

// nameLabel has the name of a Namespace, on every one.
const nameLabel = "kubernetes.io/metadata.name"

// labels rewrites a selector of namespaces.
func (f *fixer) labels(n *yaml.Node) {
	at := f.at
	f.each(n, at, []string{"matchLabels", nameLabel}, namespace)
	for i, e := range tree.Items(n, "matchExpressions") {
		if tree.Text(e, "key") == nameLabel {
			f.each(e, at.With("matchExpressions").With(tree.Index(i)), []string{"values[]"}, namespace)
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
