package manifests

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/transformers"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Need is an object that the site names, that is not among the manifests, and that
// the site does not make: it must exist.
type Need struct{ Kind, Namespace, Name, For string }

// references are what the objects of a site name.
type references struct {
	site *Site
	// made are what controllers make of the objects.
	made   map[krm.ID]bool
	faults []Fault
	needs  []Need
}

// References are the fields that name an object that is not there. What others may
// have made is in needs.
func (s *Site) References() (faults []Fault, needs []Need) {
	r := &references{site: s, made: map[krm.ID]bool{}}
	for _, o := range s.Objects {
		for _, made := range transformers.Makes(o.Node) {
			r.made[idOf(made)] = true
		}
	}
	for _, p := range s.own() {
		if s.find("", "Namespace", "", p.Namespace) == nil {
			r.needs = append(r.needs, Need{"Namespace", "", p.Namespace, "the whole site"})
		}
		r.mounts(p)
	}
	r.leftBehind()
	for _, o := range s.Own {
		r.hosts(o, o.Node, nil)
		r.subsets(o)
		if !controlled(o) {
			for _, name := range transformers.Names(o.Node) {
				r.named(o, name)
			}
		}
	}
	return r.faults, r.needs
}

func idOf(n transformers.Name) krm.ID {
	return krm.ID{Group: n.Group, Kind: n.Kind, Namespace: n.Namespace, Name: n.Name}
}

// named looks up what a field names.
func (r *references) named(of *Object, n transformers.Name) {
	if n.Kind == "Secret" && n.Namespace == "" {
		n.Namespace = r.site.World.Site().Spec.Gateway.Workload().Namespace
	}
	switch found := r.site.find(n.Group, n.Kind, n.Namespace, n.Name); {
	case found != nil:
		r.keys(of, n.At[:len(n.At)-1], found)
	case r.made[idOf(n)], n.Kind == "ServiceAccount" && n.Namespace != of.Namespace && !r.serves(n.Namespace):
	case r.ours(n.Kind, n.Namespace, n.Name), n.Kind == "Service" && r.serves(n.Namespace):
		r.fault(of, n.At, n.Kind+" "+n.Namespace+"/"+n.Name+" is not among the manifests: add it, or correct the name")
	default:
		r.needs = append(r.needs, Need{n.Kind, n.Namespace, n.Name, strings.ToLower(of.Kind) + "/" + of.Name + " " + n.At.String()})
	}
}

// keys looks up the keys of a ConfigMap or Secret that a field reads.
func (r *references) keys(of *Object, at tree.Path, found *Object) {
	if found.Kind != "ConfigMap" && found.Kind != "Secret" {
		return
	}
	holder := tree.At(of.Node, at)
	for _, from := range slices.Concat(tree.Items(holder, "items"), []*yaml.Node{holder}) {
		key := tree.Text(from, "key")
		if key != "" && tree.Get(found.Node, "data", key) == nil && tree.Get(found.Node, "binaryData", key) == nil && tree.Get(found.Node, "stringData", key) == nil {
			r.fault(of, at, found.String()+" has no key "+key+": add it, or correct the key")
		}
	}
}

// ours says whether the site makes an object: its name has the site's name and
// something behind it, or, of a Gateway, nothing. Secrets are made by hand, unless
// those of the namespace are among the manifests.
func (r *references) ours(kind, namespace, name string) bool {
	if kind == "Secret" {
		return slices.ContainsFunc(r.site.Objects, func(o *Object) bool {
			return o.Kind == kind && o.Namespace == namespace && tree.Text(o.Node, "metadata", "uid") != ""
		})
	}
	return strings.Contains(name, r.name()+"-") || kind == "Gateway" && name == r.name() && r.serves(namespace)
}

// name of the site, as its label has it.
func (r *references) name() string {
	_, name, _ := strings.Cut(r.site.Owner, ".")
	return name
}

func (r *references) fault(o *Object, path tree.Path, message string) {
	r.faults = append(r.faults, Fault{o, o.File, path, message})
}

// mounts looks up the volumes that containers mount.
func (r *references) mounts(p *pod) {
	volumes := map[string]bool{}
	for _, v := range tree.Items(p.template, "spec", "volumes") {
		volumes[tree.Text(v, "name")] = true
	}
	for _, v := range tree.Items(p.Node, "spec", "volumeClaimTemplates") {
		volumes[tree.Text(v, "metadata", "name")] = true
	}
	for at, c := range pods.Containers(p.template) {
		for i, m := range tree.Items(c, "volumeMounts") {
			if name := tree.Text(m, "name"); !volumes[name] {
				path := slices.Concat(p.path, at, tree.Path{"volumeMounts", tree.Index(i)})
				r.fault(p.Object, path, "the pod has no volume "+name+": add it, or correct the name")
			}
		}
	}
}

// inCluster finds NAME.NAMESPACE.svc in a text.
var inCluster = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.svc\b`)
})

// hosts looks up the Services that texts of an object name in full, in namespaces
// that the site has Services in: others are not among its manifests.
func (r *references) hosts(o *Object, n *yaml.Node, path tree.Path) {
	n = tree.Deref(n)
	switch {
	case n == nil, len(path) == 1 && (path[0] == "status" || path[0] == "metadata"):
	case n.Kind == yaml.MappingNode:
		for key, v := range tree.Entries(n) {
			r.hosts(o, v, path.With(key))
		}
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			r.hosts(o, item, path.With(tree.Index(i)))
		}
	case strings.Contains(n.Value, ".svc"):
		for _, m := range inCluster().FindAllStringSubmatch(n.Value, -1) {
			if name, namespace := m[1], m[2]; r.serves(namespace) && r.ours("Service", namespace, name) && r.site.find("", "Service", namespace, name) == nil {
				r.fault(o, path, "Service "+namespace+"/"+name+" is not among the manifests: add it, or correct the host")
			}
		}
	}
}

// serves says whether a namespace is one of the site: it has a pod or a Service of it.
func (r *references) serves(namespace string) bool {
	for _, o := range r.site.Own {
		if o.Namespace == namespace && (o.Kind == "Service" || o.Kind == "Deployment") {
			return true
		}
	}
	return false
}

// leftBehind reports the first host or principal that names the namespace in which the
// site was rendered, where its objects are in another one.
func (r *references) leftBehind() {
	was, _, _ := strings.Cut(r.site.Owner, ".")
	now := r.site.World.Site().Namespace
	if was == now {
		return
	}
	for _, o := range r.site.Own {
		if path := mentions(o.Node, nil, "."+was+".svc", "/ns/"+was+"/sa/"); path != nil {
			r.fault(o, path, "the objects moved from the namespace "+was+" to "+now+", but hosts and principals in them did not: set metadata.namespace of the AthensSite instead, or also run the transformer MeshReferences")
			return
		}
	}
}

// mentions is the path of the first text outside the metadata that has one of the parts;
// nil if there is none.
func mentions(n *yaml.Node, path tree.Path, parts ...string) tree.Path {
	n = tree.Deref(n)
	switch {
	case n == nil, len(path) == 1 && (path[0] == "status" || path[0] == "metadata"):
	case n.Kind == yaml.MappingNode:
		for key, v := range tree.Entries(n) {
			if at := mentions(v, path.With(key), parts...); at != nil {
				return at
			}
		}
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			if at := mentions(item, path.With(tree.Index(i)), parts...); at != nil {
				return at
			}
		}
	case slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(n.Value, part) }):
		return path
	}
	return nil
}

// subsets looks up those that routes of a VirtualService lead to.
func (r *references) subsets(o *Object) {
	for i, http := range tree.Items(o.Node, "spec", "http") {
		for j, route := range tree.Items(http, "route") {
			path := tree.Path{"spec", "http", tree.Index(i), "route", tree.Index(j), "destination"}
			r.subset(o, path, tree.Text(route, "destination", "host"), tree.Text(route, "destination", "subset"))
		}
	}
}

// subset looks up a subset of a host among the DestinationRules for it.
func (r *references) subset(o *Object, path tree.Path, host, subset string) {
	if subset == "" {
		return
	}
	for _, d := range r.site.Objects {
		if d.Kind != "DestinationRule" || short(tree.Text(d.Node, "spec", "host"), d.Namespace) != short(host, o.Namespace) {
			continue
		}
		for _, s := range tree.Items(d.Node, "spec", "subsets") {
			if tree.Text(s, "name") == subset {
				return
			}
		}
	}
	r.fault(o, path.With("subset"), "no DestinationRule of "+host+" has a subset "+subset+": add it, or correct the name")
}

// short is a host as NAME.NAMESPACE where it is one of the cluster.
func short(host, namespace string) string {
	if !strings.Contains(host, ".") {
		return host + "." + namespace
	}
	name, _, _ := strings.Cut(host, ".svc")
	return name
}
