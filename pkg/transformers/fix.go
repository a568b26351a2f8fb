package transformers

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/tree"
)

type fixer struct {
	*run
	*directory
	object *object   // that refers
	at     tree.Path // the field in it
	// workloads are the items with pods.
	workloads []workload
	// seen are the scalars that a field of the table led to.
	seen map[*yaml.Node]bool
}

func (f *fixer) fail(format string, args ...any) {
	f.run.fail(f.object.node, f.at.String(), format, args...)
}

func (f *fixer) warn(format string, args ...any) {
	f.run.warn(f.object.node, f.at.String(), format, args...)
}

// each rewrites what a path leads to from a node.
func (f *fixer) each(n *yaml.Node, at tree.Path, path []string, field field) {
	follow(n, at, path, func(n *yaml.Node, at tree.Path) {
		f.at = at
		f.field(n, field)
	})
}

// follow visits what a path leads to from a node. A path is words, because keys
// have dots and slashes: a key, key[] for every item of a list, or * and the end of
// keys.
func follow(n *yaml.Node, at tree.Path, path []string, visit func(*yaml.Node, tree.Path)) {
	if len(path) == 0 {
		visit(n, at)
		return
	}
	if end, some := strings.CutPrefix(path[0], "*"); some {
		for key, value := range tree.Entries(n) {
			if strings.HasSuffix(key, end) {
				follow(value, at.With(key), path[1:], visit)
			}
		}
		return
	}
	key, isList := strings.CutSuffix(path[0], "[]")
	n, at, path = tree.Get(n, key), at.With(key), path[1:]
	switch {
	case n == nil:
	case isList:
		for i, item := range tree.Items(n) {
			follow(item, at.With(tree.Index(i)), path, visit)
		}
	default:
		follow(n, at, path, visit)
	}
}

// field rewrites what is in a field, once.
func (f *fixer) field(n *yaml.Node, field field) {
	group, kind, _ := strings.Cut(field.meant, "/")
	switch field.form {
	case anyText:
		if n.Kind == yaml.ScalarNode {
			field.form = inText
			f.field(n, field)
		}
		at := f.at
		for step, inner := range tree.Entries(n) {
			f.at = at.With(step)
			f.field(inner, field)
		}
		return
	case condition:
		f.condition(n)
		return
	case target:
		f.target(n, group, kind)
		return
	case waypoint:
		f.waypoint(n)
		return
	case labels:
		f.labels(n)
		return
	case azure:
		f.azure(n)
		return
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() != yaml.NodeTagString || f.seen[n] {
		return
	}
	f.seen[n] = true
	switch field.form {
	case name:
		f.nameOf(n, group, kind)
	case hosted:
		f.hosted(n, group, kind)
	case credential:
		f.credential(n)
	case query:
		// Others' files of rules and dashboards may use the same words otherwise.
		if f.object.kind != "ConfigMap" || f.object.ofSite() {
			f.replace(n, f.query(n.Value))
		} else {
			delete(f.seen, n)
		}
	default:
		f.replace(n, f.rewrite(n.Value, field.form))
	}
}

// rewrite is what a reference has to be now.
func (f *fixer) rewrite(s string, form form) string {
	switch form {
	case host:
		return f.host(s, true)
	case spacedHost:
		ns, h, found := strings.Cut(s, "/")
		switch {
		case !found:
			return f.host(s, true)
		case ns == "":
			return s
		}
		return f.space(ns) + "/" + f.host(h, true)
	case authority:
		return f.authority(s)
	case inText:
		return f.text(s)
	case gateway:
		return f.gateway(s)
	case namespace:
		return f.space(s)
	case namespaces:
		parts := strings.Split(s, ",")
		for i, p := range parts {
			parts[i] = f.space(strings.TrimSpace(p))
		}
		return strings.Join(parts, ",")
	case principal:
		return f.principal(s)
	case account:
		return f.serviceAccount(s)
	}
	return s
}

// one is the object that a reference means; nil if there is none, or if it
// cannot be said which.
func (f *fixer) one(group, kind, namespace, name string) *object {
	found := f.find(f.object, group, kind, namespace, name)
	if len(found) > 1 {
		f.fail("%s is ambiguous: it may mean %s. Write it as one of them is called now", place{namespace, name}, names(found))
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// space is a namespace as it is called now. Words that are no name stay.
func (f *fixer) space(ns string) string {
	if strings.Trim(ns, ".*~") == "" {
		return ns
	}
	to := f.directory.space(f.object, ns)
	switch {
	case f.undecided(ns):
		f.warn("left as it is: objects that were written without a namespace are in %s now, and default may mean those or the namespace default: write the one that is meant", strings.Join(f.unplaced, " and "))
		return ns
	case len(to) > 1:
		f.fail("the namespace %s is ambiguous: its objects are in %s now. Write the one that is meant", ns, strings.Join(to, " and "))
	case to[0] == "":
		f.warn("left as it is: what was in the namespace %s has none now: give those objects a namespace", ns)
		return ns
	}
	return to[0]
}

// unknown says that a reference leads into a namespace that has moved, to an
// object that is not here, or to one that may be anywhere.
func (f *fixer) unknown(group, kind string, to address) {
	if !f.mayMean(group, kind, to.namespace, to.name) && f.moved(to.namespace) {
		f.warn("left as it is: no %s %s is among the items, and what was in %s is in %s now", kind, to.path(), to.namespace, strings.Join(f.spaces[to.namespace], " and "))
	}
}

// mayMean warns where a reference may mean an object that has a new name, but
// one of them has no namespace, so that this cannot be known.
func (f *fixer) mayMean(group, kind, namespace, name string) bool {
	for _, o := range f.names[name] {
		if o.group == group && o.kind == kind && o.renamed(name) && (namespace == "" || o.homeless()) {
			f.warn("left as it is: it may mean %s, which was %s, but one of the two has no namespace: give it one, or write the new name", o, name)
			return true
		}
	}
	return false
}

// named is what a reference with a namespace has to be now; found is false if
// that is not among the items.
func (f *fixer) named(group, kind string, to address) (now address, found bool) {
	o := f.one(group, kind, to.namespace, to.name)
	if o == nil {
		return to, false
	}
	if now, ok := o.end().address(); ok {
		return now, true
	}
	if o.renamed(to.name) {
		f.onlyIn(to.namespace, o)
	}
	return address{to.namespace, o.end().name}, true
}

// short is what a reference without a namespace has to be now. It stays short
// unless both objects have a namespace, and not the same.
func (f *fixer) short(group, kind, name string) (now string, apart bool, to address) {
	o := f.one(group, kind, "", name)
	if o == nil {
		f.mayMean(group, kind, f.object.namespace, name)
		return name, false, to
	}
	now = o.end().name
	to, known := o.end().address()
	switch {
	case o.beside(f.object) || strings.HasPrefix(o.kind, "Cluster"):
	case known && !f.object.homeless():
		return now, true, to
	case !o.renamed(name):
	case known:
		f.onlyIn(o.namespace, f.object)
	default:
		f.onlyIn(f.object.namespace, o)
	}
	return now, false, to
}

// onlyIn says where an object has to be for a reference to be right.
func (f *fixer) onlyIn(namespace string, o *object) {
	f.warn("%s has no namespace: this is right only if it is applied to the namespace %s. Write metadata.namespace: %s in it, or namespace: %s under helmCharts", o, namespace, namespace, namespace)
}

func (f *fixer) gateway(s string) string {
	if s == "mesh" {
		return s
	}
	local, dotted := strings.CutPrefix(s, "./")
	ns, name, spaced := strings.Cut(local, "/")
	if spaced {
		return f.path(istioGroup, "Gateway", ns, name)
	}
	now, apart, to := f.short(istioGroup, "Gateway", local)
	switch {
	case apart:
		return to.path()
	case dotted:
		return "./" + now
	}
	return now
}

// path rewrites NAMESPACE/NAME; what has no two parts stays.
func (f *fixer) path(group, kind, namespace, name string) string {
	to, ok := place{namespace, name}.address()
	if !ok {
		return namespace + "/" + name
	}
	now, found := f.named(group, kind, to)
	if !found {
		f.unknown(group, kind, to)
	}
	return now.path()
}
