package transformers

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// conditionForms are the keys of conditions that name something of a mesh.
var conditionForms = map[string]form{
	"source.principal": principal, "source.namespace": namespace, "source.serviceAccount": account, "connection.sni": inText,
}

func (f *fixer) condition(n *yaml.Node) {
	form, ok := conditionForms[text(n, "key")]
	if !ok {
		return
	}
	at := f.at
	for _, values := range []string{"values[]", "notValues[]"} {
		each(n, []string{values}, at, func(n *yaml.Node, at string) {
			f.at = at
			f.field(n, form)
		})
	}
}

// target rewrites a map of kind, name and namespace, where group and kind have
// defaults.
func (f *fixer) target(n *yaml.Node, group, kind string) {
	if g := get(n, "group"); g != nil {
		group = g.Value
	}
	if k := text(n, "kind"); k != "" {
		kind = k
	}
	n = deref(n)
	name := text(n, "name")
	if accounts := "system:serviceaccounts:"; strings.HasPrefix(name, accounts) {
		f.at = child(f.at, "name")
		f.put(n, "name", accounts+f.space(name[len(accounts):]))
		return
	}
	if to, ok := (place{text(n, "namespace"), name}).address(); ok {
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
	visit := func(n *yaml.Node, at string) {
		f.at = at
		f.field(n, namespace)
	}
	each(n, []string{"matchLabels", nameLabel}, at, visit)
	for i, e := range list(n, "matchExpressions") {
		if text(e, "key") == nameLabel {
			each(e, []string{"values[]"}, child(at, "matchExpressions")+"["+strconv.Itoa(i)+"]", visit)
		}
	}
}

// waypoint rewrites the labels that name a waypoint; on a Namespace they mean
// one in it.
func (f *fixer) waypoint(labels *yaml.Node) {
	const name, space = "istio.io/use-waypoint", "istio.io/use-waypoint-namespace"
	labels = deref(labels)
	was := text(labels, name)
	if was == "" || was == "none" {
		return
	}
	f.at = child(f.at, name)
	in := text(labels, space)
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
		if text(labels, space) != "" {
			f.put(labels, space, now.namespace)
		}
	}
}
