package transformers

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// fixer rewrites the references of one field after another.
type fixer struct {
	*run
	*directory
	object *object // that refers
	at     string  // the field in it
}

// field rewrites what is in a field.
func (f *fixer) field(n *yaml.Node, form form) {
	switch form {
	case anyText:
		scalars(n, f.at, func(n *yaml.Node, at string) {
			f.at = at
			f.field(n, inText)
		})
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
	case scaled:
		f.target(n, "apps", "Deployment")
	default:
		if s := deref(n); s.Kind == yaml.ScalarNode && s.ShortTag() == "!!str" {
			f.replace(n, f.rewrite(s.Value, form))
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
		if !found {
			return f.host(s, true)
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
		return f.account(s)
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
		f.fail(f.object.node, f.at, "%s is ambiguous: it may mean %s. Write it as one of them is called now", strings.TrimPrefix(namespace+"/"+name, "/"), names(found))
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
	if len(to) > 1 {
		f.fail(f.object.node, f.at, "the namespace %s is ambiguous: its objects are in %s now. Write the one that is meant", ns, strings.Join(to, " and "))
	}
	return to[0]
}

// unknown says that a reference leads into a namespace that has moved, to an
// object that is not here.
func (f *fixer) unknown(what, namespace, name string) {
	if f.left(namespace) {
		f.warn(f.object.node, f.at, "left as it is: no %s %s/%s is among the items, and what was in %s is in %s now", what, namespace, name, namespace, strings.Join(f.spaces[namespace], " and "))
	}
}

// host rewrites the name of a Service. Short names are names only where
// nothing else can be meant.
func (f *fixer) host(s string, short bool) string {
	labels := strings.Split(strings.TrimSuffix(s, "."), ".")
	dot := s[len(strings.TrimSuffix(s, ".")):]
	name := labels[0]
	if len(labels) == 1 {
		if short {
			return f.shortHost(name)
		}
		return s
	}
	ns, rest := labels[1], labels[2:]
	full := len(rest) > 0 && rest[0] == "svc"
	if len(rest) > 0 && !full {
		return s
	}
	switch service := f.one("", "Service", ns, name); {
	case service != nil:
		name, ns = service.name, service.namespace
	case !full:
		return s
	case strings.Contains(name, "*"):
		ns = f.space(ns)
	default:
		f.unknown("Service", ns, name)
	}
	return strings.Join(append([]string{name, ns}, rest...), ".") + dot
}

// shortHost stays short as long as the Service is in the same namespace.
func (f *fixer) shortHost(name string) string {
	service := f.one("", "Service", "", name)
	switch {
	case service == nil:
		return name
	case service.namespace != f.object.namespace:
		return service.name + "." + service.namespace + ".svc.cluster.local"
	}
	return service.name
}

// word may be a host in a text; the first group is what tells that it is one
// although it is short: the slashes of a URL or the @ of a user.
var word = regexp.MustCompile(`(//|@)?([A-Za-z0-9_*.-]+)`)

// nameAndPort is a text that is nothing but a short host with its port.
var nameAndPort = regexp.MustCompile(`^[a-z][a-z0-9-]*:[0-9]+$`)

func (f *fixer) text(s string) string {
	if nameAndPort.MatchString(s) {
		name, port, _ := strings.Cut(s, ":")
		return f.shortHost(name) + ":" + port
	}
	return word.ReplaceAllStringFunc(s, func(w string) string {
		h := strings.TrimLeft(w, "/@")
		before := w[:len(w)-len(h)]
		return before + f.host(h, before != "")
	})
}

func (f *fixer) gateway(s string) string {
	ns, name, spaced := strings.Cut(s, "/")
	if !spaced {
		ns, name = "", s
	}
	if s == "mesh" {
		return s
	}
	in := strings.TrimPrefix(ns, ".")
	g := f.one(istioGroup, "Gateway", in, name)
	switch {
	case g == nil && in != "":
		f.unknown("Gateway", in, name)
		return s
	case g == nil:
		return s
	case g.namespace == f.object.namespace && in == "":
		return strings.TrimSuffix(s, name) + g.name
	}
	return g.namespace + "/" + g.name
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
	ns, name = f.identity(ns, name)
	return domain + "/ns/" + ns + "/sa/" + name
}

func (f *fixer) account(s string) string {
	ns, name, spaced := strings.Cut(s, "/")
	if !spaced {
		if o := f.one("", "ServiceAccount", "", s); o != nil {
			if o.namespace != f.object.namespace {
				return o.namespace + "/" + o.name
			}
			return o.name
		}
		return s
	}
	ns, name = f.identity(ns, name)
	return ns + "/" + name
}

// identity is the namespace and the name of an account now. Every namespace
// has an account named default, and * is none.
func (f *fixer) identity(ns, name string) (string, string) {
	if o := f.one("", "ServiceAccount", ns, name); o != nil {
		return o.namespace, o.name
	}
	if name == "default" || strings.Contains(name, "*") {
		return f.space(ns), name
	}
	f.unknown("ServiceAccount", ns, name)
	return ns, name
}
