package transformers

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// kustomize's notes of what it did to an object, innermost first, with commas
// between them. It takes them off when the build ends.
const (
	previousNames      = "internal.config.kubernetes.io/previousNames"
	previousNamespaces = "internal.config.kubernetes.io/previousNamespaces"
	namePrefixes       = "internal.config.kubernetes.io/prefixes"
	nameSuffixes       = "internal.config.kubernetes.io/suffixes"
)

// kustomize writes these where there is no namespace.
const (
	noNamespace      = "_non_namespaceable_" // a kind that has none
	defaultNamespace = "default"             // none was given
)

// object is an item with what it was called before.
type object struct {
	node        *yaml.Node
	group, kind string
	// name and namespace are those of now.
	name, namespace string
	// was are the earlier names, the earliest first.
	was []place
	// prefixes and suffixes are those of the layers that the object went
	// through; objects of one layer have the same.
	prefixes, suffixes []string
}

// place is the namespace and the name of an object.
type place struct{ namespace, name string }

func newObject(n *yaml.Node) *object {
	group, _, found := strings.Cut(text(n, "apiVersion"), "/")
	if !found {
		group = ""
	}
	a := get(n, "metadata", "annotations")
	o := &object{
		node: n, group: group, kind: text(n, "kind"),
		name: text(n, "metadata", "name"), namespace: text(n, "metadata", "namespace"),
		prefixes: commas(text(a, namePrefixes)), suffixes: commas(text(a, nameSuffixes)),
	}
	names, namespaces := commas(text(a, previousNames)), commas(text(a, previousNamespaces))
	for i := range min(len(names), len(namespaces)) {
		o.was = append(o.was, place{strings.TrimPrefix(namespaces[i], noNamespace), names[i]})
	}
	return o
}

func commas(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// places are where an object was and is, each once.
func (o *object) places() (out []place) {
	for _, p := range append(slices.Clip(o.was), place{o.namespace, o.name}) {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// namespaces are those that an object was and is in, each once. What an object
// refers to without a namespace is in one of them.
func (o *object) namespaces() (out []string) {
	for _, p := range o.places() {
		if !slices.Contains(out, p.namespace) {
			out = append(out, p.namespace)
		}
	}
	return out
}

// origin is the namespace that an object was written in.
func (o *object) origin() string {
	if len(o.was) > 0 {
		return o.was[0].namespace
	}
	return o.namespace
}

func (o *object) String() string {
	if o.namespace == "" {
		return o.kind + " " + o.name
	}
	return o.kind + " " + o.namespace + "/" + o.name
}

// sees says whether an object belongs to the layers of another, as kustomize
// decides it for its own references.
func (o *object) sees(other *object) bool {
	return sameEnd(o.prefixes, other.prefixes) && sameEnd(o.suffixes, other.suffixes)
}

func sameEnd(a, b []string) bool {
	n := min(len(a), len(b))
	return slices.Equal(a[len(a)-n:], b[len(b)-n:])
}

// sameLayer says whether two objects went through the same layers.
func (o *object) sameLayer(other *object) bool {
	return slices.Equal(o.prefixes, other.prefixes) && slices.Equal(o.suffixes, other.suffixes)
}
