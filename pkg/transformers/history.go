package transformers

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// kustomize's notes of what it did to an object, innermost first, with commas
// between them. It takes them off when the build ends.
const (
	previousNames      = "internal.config.kubernetes.io/previousNames"
	previousNamespaces = "internal.config.kubernetes.io/previousNamespaces"
	namePrefixes       = "internal.config.kubernetes.io/prefixes"
	nameSuffixes       = "internal.config.kubernetes.io/suffixes"
	needsHash          = "internal.config.kubernetes.io/needsHashSuffix"
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
	// left is where the host had put an object that went back.
	left []place
	// prefixes and suffixes are those of the layers that the object went
	// through; objects of one layer have the same.
	prefixes, suffixes []string
	// maker is the object of which a controller makes this one, if it does.
	maker *object
	// suffix is what kustomize will put behind the name: a hash, or nothing.
	suffix string
}

// place is the namespace and the name of an object. The namespace is empty for
// a kind that has none, and for an object without one: that object is
// wherever it is applied.
type place struct{ namespace, name string }

func (p place) String() string {
	if a, ok := p.address(); ok {
		return a.path()
	}
	return p.name
}

// address is a place whose namespace and name are both known. References that
// join the two are written from an address only, so that neither part can be
// missing in them.
type address struct{ namespace, name string }

func (p place) address() (address, bool) { return address(p), p.namespace != "" && p.name != "" }

// path is NAMESPACE/NAME.
func (a address) path() string { return a.namespace + "/" + a.name }

// host is NAME.NAMESPACE and what comes behind it.
func (a address) host(rest ...string) string {
	return strings.Join(append([]string{a.name, a.namespace}, rest...), ".")
}

// identity is what SPIFFE calls an account of a trust domain.
func (a address) identity(domain string) string {
	return domain + "/ns/" + a.namespace + "/sa/" + a.name
}

func newObject(n *yaml.Node) *object {
	group, _, found := strings.Cut(tree.Text(n, "apiVersion"), "/")
	if !found {
		group = ""
	}
	a := tree.Get(n, "metadata", "annotations")
	o := &object{
		node: n, group: group, kind: tree.Text(n, "kind"),
		name: tree.Text(n, "metadata", "name"), namespace: tree.Text(n, "metadata", "namespace"),
		prefixes: commas(tree.Text(a, namePrefixes)), suffixes: commas(tree.Text(a, nameSuffixes)),
	}
	if tree.Text(a, needsHash) == "enabled" {
		o.suffix = "-" + hash(n)
	}
	names, namespaces := commas(tree.Text(a, previousNames)), commas(tree.Text(a, previousNamespaces))
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

// places are where an object was and is, each once, with the names that it gets
// at the end of a build.
func (o *object) places() (out []place) {
	for _, p := range append(slices.Clip(o.was), o.place()) {
		for _, p := range []place{p, {p.namespace, o.final(p.name)}} {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// renamed says whether a name is none that an object has or gets.
func (o *object) renamed(name string) bool { return name != o.name && name != o.final(o.name) }

// final is a name of an object at the end of a build.
func (o *object) final(name string) string { return name + o.suffix }

// end is where an object is at the end of a build.
func (o *object) end() place { return place{o.namespace, o.final(o.name)} }

// beside says whether another object is in the same namespace.
func (o *object) beside(other *object) bool { return o.namespace == other.namespace }

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

func (o *object) isNamespace() bool { return o.kind == "Namespace" && o.group == "" }

// origin is the namespace that an object was written in; of a Namespace, its
// own name.
func (o *object) origin() string {
	first := o.place()
	if len(o.was) > 0 {
		first = o.was[0]
	}
	if o.isNamespace() {
		return first.name
	}
	return first.namespace
}

func (o *object) place() place { return place{o.namespace, o.name} }

func (o *object) String() string { return o.kind + " " + o.end().String() }

// site is the AthensSite that an object was made for; empty if it was not.
func (o *object) site() string {
	return tree.Text(o.node, "metadata", "labels", generators.SiteLabel)
}

func (o *object) ofSite() bool { return o.site() != "" }

// homeless says whether the namespace of an object is unknown.
func (o *object) homeless() bool { return o.namespace == "" }

// sees says whether an object belongs to the layers of another, as kustomize
// decides it for its own references.
func (o *object) sees(other *object) bool {
	return sameEnd(o.prefixes, other.prefixes) && sameEnd(o.suffixes, other.suffixes)
}

func sameEnd(a, b []string) bool {
	n := min(len(a), len(b))
	return slices.Equal(a[len(a)-n:], b[len(b)-n:])
}

func (o *object) sameLayer(other *object) bool {
	return slices.Equal(o.prefixes, other.prefixes) && slices.Equal(o.suffixes, other.suffixes)
}
