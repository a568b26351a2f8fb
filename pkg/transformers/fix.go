package transformers

import (
	"regexp"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/tree"
)

type fixer struct {
	*run
	*directory
	object *object   // that refers
	at     tree.Path // the field in it
}

func (f *fixer) fail(format string, args ...any) {
	f.run.fail(f.object.node, f.at.String(), format, args...)
}

func (f *fixer) warn(format string, args ...any) {
	f.run.warn(f.object.node, f.at.String(), format, args...)
}

// each rewrites what a path leads to from a node. A path is words, because keys
// have dots and slashes: a key, or key[] for every item of a list.
func (f *fixer) each(n *yaml.Node, at tree.Path, path []string, form form) {
	if len(path) == 0 {
		f.at = at
		f.field(n, form)
		return
	}
	key, isList := strings.CutSuffix(path[0], "[]")
	n, at, path = tree.Get(n, key), at.With(key), path[1:]
	switch {
	case n == nil:
	case isList:
		for i, item := range tree.Items(n) {
			f.each(item, at.With(tree.Index(i)), path, form)
		}
	default:
		f.each(n, at, path, form)
	}
}

// field rewrites what is in a field.
func (f *fixer) field(n *yaml.Node, form form) {
	switch form {
	case anyText:
		if n.Kind == yaml.ScalarNode {
			f.field(n, inText)
		}
		at := f.at
		for step, inner := range tree.Entries(n) {
			f.at = at.With(step)
			f.field(inner, anyText)
		}
	case condition:
		f.condition(n)
	case target:
		f.target(n, "", "")
	case delegate:
		f.target(n, istioGroup, "VirtualService")
	case parent:
		f.target(n, gatewayGroup, "Gateway")
	case backend:
		f.target(n, "", "Service")
	case waypoint:
		f.waypoint(n)
	case secret:
		f.target(n, "", "Secret")
	case labels:
		f.labels(n)
	case scaled:
		f.target(n, "apps", "Deployment")
	default:
		if n.Kind == yaml.ScalarNode && n.ShortTag() == yaml.NodeTagString {
			f.replace(n, f.rewrite(n.Value, form))
		}
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
	case query:
		return f.query(s)
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
	for _, o := range f.names[entry{group, kind, "", name}] {
		if o.name != name && (namespace == "" || o.homeless()) {
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
	if now, ok := o.place().address(); ok {
		return now, true
	}
	if o.name != to.name {
		f.onlyIn(to.namespace, o)
	}
	return address{to.namespace, o.name}, true
}

// short is what a reference without a namespace has to be now. It stays short
// unless both objects have a namespace, and not the same.
func (f *fixer) short(group, kind, name string) (now string, apart bool, to address) {
	o := f.one(group, kind, "", name)
	if o == nil {
		f.mayMean(group, kind, f.object.namespace, name)
		return name, false, to
	}
	to, known := o.place().address()
	switch {
	case o.namespace == f.object.namespace:
	case known && !f.object.homeless():
		return o.name, true, to
	case o.name == name:
	case known:
		f.onlyIn(o.namespace, f.object)
	default:
		f.onlyIn(f.object.namespace, o)
	}
	return o.name, false, to
}

// onlyIn says where an object has to be for a reference to be right.
func (f *fixer) onlyIn(namespace string, o *object) {
	f.warn("%s has no namespace: this is right only if it is applied to the namespace %s. Write metadata.namespace: %s in it, or namespace: %s under helmCharts", o, namespace, namespace, namespace)
}

// host rewrites the name of a Service. Short names are names only where
// nothing else can be meant.
func (f *fixer) host(s string, short bool) string {
	labels := strings.Split(strings.TrimSuffix(s, "."), ".")
	dot := s[len(strings.TrimSuffix(s, ".")):]
	if len(labels) == 1 {
		if short {
			return f.shortHost(labels[0])
		}
		return s
	}
	rest := labels[2:]
	to, ok := place{labels[1], labels[0]}.address()
	full := len(rest) > 0 && rest[0] == "svc"
	if !ok || len(rest) > 0 && !full {
		return s
	}
	now, found := f.named("", "Service", to)
	switch {
	case found:
	case !full:
		return s
	case strings.Contains(to.name, "*"):
		now.namespace = f.space(to.namespace)
	default:
		f.unknown("", "Service", to)
	}
	return now.host(rest...) + dot
}

// shortHost stays short as long as the Service is in the same namespace.
func (f *fixer) shortHost(name string) string {
	now, apart, to := f.short("", "Service", name)
	if apart {
		return to.host("svc", "cluster", "local")
	}
	return now
}

// word may be a host in a text; the first group is what tells that it is one
// although it is short: the slashes of a URL or the @ of a user.
var word = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(//|@)?([A-Za-z0-9_*.-]+)`) })

// nameAndPort is a text that is nothing but a short host with its port.
var nameAndPort = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9-]*:[0-9]+$`) })

func (f *fixer) text(s string) string {
	if nameAndPort().MatchString(s) {
		name, port, _ := strings.Cut(s, ":")
		return f.shortHost(name) + ":" + port
	}
	return word().ReplaceAllStringFunc(s, func(w string) string {
		h := strings.TrimLeft(w, "/@")
		before := w[:len(w)-len(h)]
		return before + f.host(h, before != "")
	})
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

// principal rewrites NAMESPACE and NAME of an identity; either may have a *.
func (f *fixer) principal(s string) string {
	domain, id, ok := strings.Cut(s, "/ns/")
	if !ok {
		return s
	}
	ns, name, ok := strings.Cut(id, "/sa/")
	if !ok {
		if ns, ok := strings.CutSuffix(id, "/*"); ok {
			return domain + "/ns/" + f.space(ns) + "/*"
		}
		return s
	}
	if to, ok := (place{ns, name}).address(); ok {
		return f.account(to).identity(domain)
	}
	return s
}

// serviceAccount rewrites NAME or NAMESPACE/NAME.
func (f *fixer) serviceAccount(s string) string {
	ns, name, spaced := strings.Cut(s, "/")
	if !spaced {
		now, apart, to := f.short("", "ServiceAccount", s)
		if apart {
			return to.path()
		}
		return now
	}
	if to, ok := (place{ns, name}).address(); ok {
		return f.account(to).path()
	}
	return s
}

// account is where a ServiceAccount is now. Every namespace has an account
// named default, and * is none.
func (f *fixer) account(to address) address {
	now, found := f.named("", "ServiceAccount", to)
	switch {
	case found:
	case to.name == "default" || strings.Contains(to.name, "*"):
		now.namespace = f.space(to.namespace)
	default:
		f.unknown("", "ServiceAccount", to)
	}
	return now
}
