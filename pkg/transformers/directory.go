package transformers

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// Groups of the APIs that references lead to.
const (
	istioGroup   = "networking.istio.io"
	gatewayGroup = "gateway.networking.k8s.io"
)

// directory finds objects by what they are or were called.
type directory struct {
	// exact has the names and namespaces that objects had together; loose has
	// every earlier name in every earlier namespace, for who wrote the name of
	// the base with the namespace of the overlay; left has where the host had put
	// what went back, for the references that the host itself keeps.
	exact, loose, left map[entry][]*object
	// names has every name, whatever the kind and the namespace.
	names map[string][]*object
	// spaces has, for each namespace that objects were in, where those are now.
	spaces map[string][]string
	// objects are all of them.
	objects []*object
	// unplaced are the namespaces of objects that were in default or in none.
	unplaced []string
}

type entry struct{ group, kind, namespace, name string }

func newDirectory(objects []*object) *directory {
	d := &directory{
		exact: map[entry][]*object{}, loose: map[entry][]*object{}, left: map[entry][]*object{}, names: map[string][]*object{},
		spaces: map[string][]string{}, objects: objects,
	}
	var canaries []*object
	for _, o := range objects {
		d.add(o)
		if o.isNamespace() {
			for _, p := range o.places() {
				d.move(p.name, o.name)
			}
		}
		if o.group+"/"+o.kind == canary {
			canaries = append(canaries, o)
		}
		for _, ns := range o.namespaces() {
			// Namespaces that were not given are "default" too: whether the
			// word means those is not known.
			if ns != "" && (ns != defaultNamespace || ns == o.namespace) {
				d.move(ns, o.namespace)
			} else if ns == defaultNamespace && o.namespace != "" && !slices.Contains(d.unplaced, o.namespace) {
				d.unplaced = append(d.unplaced, o.namespace)
			}
		}
	}
	for _, o := range canaries {
		d.released(o)
	}
	return d
}

// released are the Services that Flagger makes for the target of a Canary, and
// names after the target.
func (d *directory) released(o *object) {
	ref := tree.Get(o.node, "spec", "targetRef")
	if tree.Text(o.node, "spec", "service", "name") != "" {
		return
	}
	group, _, _ := strings.Cut(tree.Text(ref, "apiVersion"), "/")
	for _, t := range d.find(o, group, tree.Text(ref, "kind"), "", tree.Text(ref, "name")) {
		for _, pattern := range []string{"*", "*-primary", "*-canary"} {
			d.add(t.derive(aService, pattern))
		}
	}
}

func (d *directory) move(from, to string) {
	if !slices.Contains(d.spaces[from], to) {
		d.spaces[from] = append(d.spaces[from], to)
	}
}

func (d *directory) add(o *object) {
	places := slices.DeleteFunc(o.places(), func(p place) bool { return p.name == "" })
	for _, p := range o.left {
		e := entry{o.group, o.kind, p.namespace, p.name}
		d.left[e] = append(d.left[e], o)
	}
	for _, p := range places {
		e := entry{o.group, o.kind, p.namespace, p.name}
		d.exact[e] = append(d.exact[e], o)
		if !slices.Contains(d.names[p.name], o) {
			d.names[p.name] = append(d.names[p.name], o)
		}
		for _, q := range places {
			e.namespace = q.namespace
			if !slices.Contains(d.loose[e], o) {
				d.loose[e] = append(d.loose[e], o)
			}
		}
	}
	for _, made := range derived(o) {
		d.add(made)
	}
}

// find is the object that another one means; nil if there is none. A reference
// without a namespace looks where the referring object was and is. More than
// one object means that the reference is ambiguous.
func (d *directory) find(from *object, group, kind, namespace, name string) []*object {
	namespaces := []string{namespace}
	if namespace == "" {
		namespaces = from.namespaces()
	}
	// A short name means what is beside the one who writes it, before anything else.
	near := []func(*object) bool{from.sees, from.sameLayer, from.beside}
	if namespace == "" {
		near = []func(*object) bool{from.beside, from.sees, from.sameLayer}
	}
	near = append(near, func(o *object) bool { return o.maker == nil })
	if strings.HasPrefix(kind, "Cluster") { // of no namespace, as a ClusterIssuer
		found := slices.DeleteFunc(slices.Clone(d.names[name]), func(o *object) bool { return o.group != group || o.kind != kind })
		return nearest(found, near)
	}
	for _, table := range []map[entry][]*object{d.exact, d.loose, d.left} {
		var found []*object
		for _, ns := range namespaces {
			for _, o := range table[entry{group, kind, ns, name}] {
				if !slices.Contains(found, o) {
					found = append(found, o)
				}
			}
		}
		if len(found) > 0 {
			return nearest(found, near)
		}
	}
	return nil
}

// nearest leaves those that are near in the first way in which some are, and so
// on, as long as more than one is left.
func nearest(found []*object, near []func(*object) bool) []*object {
	for _, is := range near {
		closer := slices.DeleteFunc(slices.Clone(found), func(o *object) bool { return !is(o) })
		if len(found) > 1 && len(closer) > 0 {
			found = closer
		}
	}
	return found
}

// space is where the objects of a namespace are now; more than one means that
// it is ambiguous. A namespace that no object was in stays.
func (d *directory) space(from *object, namespace string) []string {
	// What moved together stays together.
	if from.namespace != "" && namespace != defaultNamespace && slices.Contains(from.namespaces(), namespace) {
		return []string{from.namespace}
	}
	if to := d.spaces[namespace]; len(to) > 0 {
		return to
	}
	return []string{namespace}
}

// moved says whether a namespace had objects that are all elsewhere now.
func (d *directory) moved(namespace string) bool {
	to := d.spaces[namespace]
	return len(to) > 0 && !slices.Contains(to, namespace)
}

// undecided says whether a namespace is default, and objects that were written
// without one are elsewhere now: which of the two is meant is not known.
func (d *directory) undecided(namespace string) bool {
	return namespace == defaultNamespace && len(d.spaces[namespace]) == 0 && len(d.unplaced) > 0
}

func names(objects []*object) string {
	var out []string
	for _, o := range objects {
		out = append(out, o.String())
	}
	return strings.Join(out, " and ")
}
