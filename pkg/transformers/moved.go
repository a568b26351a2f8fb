package transformers

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Place is the namespace and the name of an object; a kind without namespaces has an
// empty one.
type Place struct{ Namespace, Name string }

// Moved gives each item the place of the same index, and writes what refers to it as
// kustomize and MeshReferences do. It reports false, and the items are not to be used, if
// MeshReferences refuses them. The items are as Edit takes them.
func Moved(items []*yaml.Node, now []Place) bool {
	rename(items, now)
	for i, item := range items {
		was := Place{tree.Text(item, "metadata", "namespace"), tree.Text(item, "metadata", "name")}
		if was == now[i] {
			continue
		}
		tree.Set(item, tree.Path{"metadata", "name"}, tree.String(now[i].Name))
		namespace := noNamespace
		if now[i].Namespace != "" {
			namespace = was.Namespace
			tree.Set(item, tree.Path{"metadata", "namespace"}, tree.String(now[i].Namespace))
		}
		notes := tree.Path{"metadata", "annotations"}
		tree.Set(item, notes.With(previousNames), tree.String(was.Name))
		tree.Set(item, notes.With(previousNamespaces), tree.String(namespace))
	}
	config := &v1alpha1.MeshReferences{Spec: v1alpha1.MeshReferencesSpec{MergedNamespaces: v1alpha1.MergedAllow}}
	for _, f := range References(config)(items) {
		if f.Wrong {
			return false
		}
	}
	for _, item := range items {
		meta := tree.Get(item, "metadata")
		notes := tree.Get(meta, "annotations")
		tree.Remove(notes, previousNames)
		tree.Remove(notes, previousNamespaces)
		if notes != nil && len(notes.Content) == 0 {
			tree.Remove(meta, "annotations")
		}
	}
	return true
}

// rename writes the fields that hold the name of an item and nothing else, such as
// serviceAccountName, which kustomize writes itself.
func rename(items []*yaml.Node, now []Place) {
	id := func(group, kind, namespace, name string) string {
		return strings.Join([]string{group, kind, namespace, name}, " ")
	}
	names := map[string]string{}
	for i, item := range items {
		o := newObject(item)
		names[id(o.group, o.kind, o.namespace, o.name)] = now[i].Name
	}
	for _, item := range items {
		for _, n := range Names(item) {
			to, moved := names[id(n.Group, n.Kind, n.Namespace, n.Name)]
			if at := tree.At(item, n.At); moved && at != nil && at.Value == n.Name {
				at.Value = to
			}
		}
	}
}
