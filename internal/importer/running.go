package importer

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// object is one of a cluster: no aliases, and with the namespace that it is in.
type object struct {
	krm.ID
	node *yaml.Node
}

// running is one Athens, as the objects around it have it: those of a source, and
// those of the site that is made of it. Both are read in the same way, so that they
// can be compared.
type running struct {
	objects []object
	// of is the workload, pod the spec of its pods, container the one with Athens.
	of             object
	template       *yaml.Node
	pod, container *yaml.Node
	env            Environment
	// version of Athens as the image's tag has it; empty if that is not one.
	version string
	// config is Athens' configuration file, by the keys of settings.
	config     map[string]string
	configFile place
	// services and accounts are what the pods are reached by and run as.
	services []object
	account  *object
	// unread is what could not be read.
	unread []Line
}

// ErrNoAthens says that no container of the objects runs Athens.
var ErrNoAthens = errors.New("no container in it runs Athens: none has an image of that name, a variable of Athens' settings or its arguments. Name the manifests as the cluster has them, as in: kubectl get deployments,services,ingresses,configmaps,persistentvolumeclaims -n NAMESPACE -o yaml; values of a chart are read by helm athens import")

// objectsOf writes the aliases of objects out. What cannot be read is reported.
func objectsOf(nodes []*yaml.Node) (out []object, unread []Line) {
	copies := tree.Expander{Left: krm.ManifestParts}
	for _, n := range nodes {
		id := krm.IDOf(n)
		if strings.HasPrefix(tree.Text(n, "metadata", "annotations", "helm.sh/hook"), "test") {
			continue // a chart's own, for helm test alone
		}
		if problems := krm.Repeated(n); len(problems) > 0 {
			unread = append(unread, Line{Verdict: LeftOut, Key: id.String(), Text: problems[0].Error(), Matters: true})
			continue
		}
		written := copies.WriteOut(n)
		if written == nil {
			unread = append(unread, Line{Verdict: LeftOut, Key: id.String(), Text: tree.ErrAliases.Error(), Matters: true})
			continue
		}
		out = append(out, object{id, written})
	}
	return out, unread
}

// templateOf is what a workload makes its pods of; nil for what is none, and for
// what another workload controls: that one is read.
func templateOf(o object) *yaml.Node {
	for _, ref := range tree.Items(o.node, "metadata", "ownerReferences") {
		if tree.Text(ref, "controller") == "true" {
			return nil
		}
	}
	template, _, _ := pods.Template(o.node)
	return template
}

// runningIn finds the one Athens among objects; pick says which of several. Objects
// without a namespace are in that of the workload, or else in the one that is given.
func runningIn(objects []object, pick, namespace string) (*running, error) {
	var found []*running
	for _, o := range objects {
		template := templateOf(o)
		if template == nil || o.Kind == "Job" || o.Kind == "CronJob" {
			continue
		}
		for _, c := range tree.Items(template, "spec", "containers") {
			if isAthens(c, o, objects) && (pick == "" || picks(pick, o)) {
				found = append(found, &running{objects: objects, of: o, template: template, pod: tree.Get(template, "spec"), container: c})
			}
		}
	}
	switch {
	case len(found) == 0 && pick != "":
		return nil, errors.New(quote.Sprintf("--workload %q: no workload of that name runs Athens: write NAME, KIND/NAME or NAMESPACE/NAME", pick))
	case len(found) == 0:
		return nil, ErrNoAthens
	case len(found) > 1:
		var names []string
		for _, r := range found {
			names = append(names, r.of.String()+", container "+tree.Text(r.container, "name"))
		}
		return nil, errors.New(quote.Sprintf("%d containers run Athens, and a site has one: %s: add --workload with one of them", len(found), strings.Join(names, "; ")))
	}
	r := found[0]
	for _, name := range []string{r.of.Name, cmp.Or(r.of.Namespace, namespace)} {
		if len(validation.IsDNS1123Subdomain(name)) > 0 {
			return nil, errors.New(quote.Sprintf("%q is not a name that Kubernetes takes, and Athens runs under it: correct it", name))
		}
	}
	r.of.Namespace = cmp.Or(r.of.Namespace, namespace)
	for i := range objects {
		objects[i].Namespace = cmp.Or(objects[i].Namespace, r.of.Namespace)
	}
	r.read()
	return r, nil
}

func picks(pick string, o object) bool {
	kind, name, both := strings.Cut(pick, "/")
	return pick == o.Name || both && name == o.Name && (strings.EqualFold(kind, o.Kind) || kind == o.Namespace)
}

// isAthens reports whether a container runs Athens: its image is named so, or it has
// Athens' own settings or arguments.
func isAthens(c *yaml.Node, o object, objects []object) bool {
	repository, _ := splitImage(tree.Text(c, "image"))
	if name := path.Base(repository); name == "athens" || strings.HasPrefix(name, "athens-") || strings.HasSuffix(name, "-athens") {
		return true
	}
	for _, field := range []string{"command", "args"} {
		for _, arg := range tree.Items(c, field) {
			if path.Base(arg.Value) == "athens-proxy" {
				return true
			}
		}
	}
	env := EnvironmentOf(c, o.Namespace, nodesOf(objects))
	return slices.ContainsFunc(env.Variables, func(v Variable) bool {
		known := releases.Lookup(v.Name)
		return strings.HasPrefix(v.Name, "ATHENS_") && len(known) > 0 && known[0].Key != "" && v.Name != "ATHENS_PORT"
	})
}

// splitImage separates an image from its tag, and drops its digest.
func splitImage(image string) (repository, tag string) {
	repository, _, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(repository, ':'); i > strings.LastIndexByte(repository, '/') {
		return repository[:i], repository[i+1:]
	}
	return repository, ""
}

// nodesOf are objects for EnvironmentOf, which asks them for their namespace.
func nodesOf(objects []object) (out []*yaml.Node) {
	for _, o := range objects {
		out = append(out, o.node)
	}
	return out
}

// read reads what is around the container.
func (r *running) read() {
	r.env = EnvironmentOf(r.container, r.of.Namespace, nodesOf(r.objects))
	for _, u := range r.env.Unknown {
		r.miss("env", u)
	}
	if _, tag := splitImage(tree.Text(r.container, "image")); releases.MayBeAthens(tag) {
		r.version = tag
	}
	for _, o := range r.objects {
		switch {
		case o.Kind == "Service" && o.Group == "" && o.Namespace == r.of.Namespace && r.selected(tree.Get(o.node, "spec", "selector")):
			r.services = append(r.services, o)
		case o.Kind == "ServiceAccount" && o.Namespace == r.of.Namespace && o.Name == r.accountName():
			r.account = &o
		}
	}
	r.readConfig()
}

// miss notes something that could not be read.
func (r *running) miss(key, text string) {
	r.unread = append(r.unread, Line{Verdict: LeftOut, Key: key, Text: text, Matters: true})
}

// release whose settings apply: a tag that is none is read as the one that a site
// gets.
func (r *running) release() string {
	if r.version == "" {
		return v1alpha1.AthensVersion
	}
	return r.version
}

func (r *running) accountName() string {
	for _, field := range []string{"serviceAccountName", "serviceAccount"} {
		if name := tree.Text(r.pod, field); name != "" {
			return name
		}
	}
	return "default"
}

// selected reports whether a map of labels picks the pods. An empty one picks none.
func (r *running) selected(labels *yaml.Node) bool {
	n := 0
	for key, v := range tree.Entries(labels) {
		if tree.Text(r.template, "metadata", "labels", key) != tree.Text(v) {
			return false
		}
		n++
	}
	return n > 0
}

// find is an object of the workload's namespace; nil if it is not there.
func (r *running) find(kind, name string) *yaml.Node {
	for _, o := range r.objects {
		if o.Kind == kind && o.Name == name && o.Namespace == r.of.Namespace {
			return o.node
		}
	}
	return nil
}

// serves reports whether a name is that of a Service of Athens. Namespace is where
// the name is written; it may be left out.
func (r *running) serves(name, namespace string) bool {
	name, rest, _ := strings.Cut(name, ".")
	if in, _, _ := strings.Cut(rest, "."); in != "" {
		namespace = in
	}
	return slices.ContainsFunc(r.services, func(s object) bool {
		return s.Name == name && (namespace == "" || namespace == s.Namespace)
	})
}

// title is an object as reports name it.
func (o object) title() string { return fmt.Sprintf("%s %s", o.Kind, o.Name) }
