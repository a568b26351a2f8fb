package diff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/transformers"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// needs compares what the manifests use and do not contain.
func (c *comparison) needs() {
	old, now := needsOf(c.old), needsOf(c.now)
	for _, s := range without(old, now) {
		c.note(needGoes, "- %s need no longer exist", s)
	}
	for _, s := range without(now, old) {
		c.note(needComes, "+ %s must exist first", s)
	}
	from, to := revision(c.old), revision(c.now)
	if skipped := between(from, to); skipped != "" {
		c.note(needComes, "+ AKS upgrades the mesh by one or two revisions at a time: from %s go to %s first", from, skipped)
	}
}

// needsOf lists what objects use and do not make, by kind and name.
func needsOf(objects []Object) []string {
	n := &needed{made: map[string]bool{}}
	for i := range objects {
		n.makes(&objects[i])
	}
	for i := range objects {
		n.uses(&objects[i], objects)
	}
	return n.names
}

// needed collects what objects use.
type needed struct {
	made  map[string]bool
	names []string
}

func called(kind, namespace, name string) string {
	if namespace != "" {
		name = namespace + "/" + name
	}
	return kind + " " + name
}

// makes notes what an object is, and what a controller makes of it.
func (n *needed) makes(o *Object) {
	n.made[called(o.Kind, o.Namespace, o.Name)] = true
	for _, made := range transformers.Makes(o.tree) {
		n.made[called(made.Kind, made.Namespace, made.Name)] = true
	}
}

func (n *needed) add(kind, namespace, name string) {
	line := called(kind, namespace, name)
	if name != "" && !n.made[line] && !slices.Contains(n.names, line) {
		n.names = append(n.names, line)
	}
}

// uses notes what an object refers to.
func (n *needed) uses(o *Object, objects []Object) {
	if namespace, _, owned := strings.Cut(o.Owner, "."); owned && o.Namespace == namespace {
		n.add("Namespace", "", namespace)
	}
	if generators.IsAddOn(o.Group) {
		n.add("API", "", o.Group+" "+o.Kind)
	}
	for _, name := range transformers.Names(o.tree) {
		if name.Kind == "Secret" && name.Namespace == "" {
			name.Name += " (of the gateway)"
		}
		n.add(name.Kind, name.Namespace, name.Name)
	}
	if o.Kind == "Telemetry" {
		for _, provider := range providers(o) {
			n.add("extension provider", "", provider+meshConfig(objects))
		}
	}
}

// providers that a Telemetry names, but for the one that Istio has by itself.
func providers(telemetry *Object) (out []string) {
	for _, part := range []string{"tracing", "accessLogging", "metrics"} {
		for _, t := range tree.Items(telemetry.tree, "spec", part) {
			for _, p := range tree.Items(t, "providers") {
				if name := tree.Text(p, "name"); name != v1alpha1.StdoutProvider && name != "prometheus" {
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// revision of the control plane that injects the pods of a site.
func revision(objects []Object) string {
	for _, o := range ofKind(objects, "Namespace") {
		if rev := tree.Text(o.tree, "metadata", "labels", "istio.io/rev"); rev != "" {
			return rev
		}
	}
	for i := range objects {
		template, _, _ := pods.Template(objects[i].tree)
		if rev := tree.Text(template, "metadata", "labels", "istio.io/rev"); rev != "" {
			return rev
		}
	}
	return ""
}

// meshConfig says where the mesh config of a site's control plane is written,
// with its namespace where that is known.
func meshConfig(objects []Object) string {
	mesh := v1alpha1.Mesh{Revision: revision(objects)}
	namespace, name := mesh.ConfigMap()
	if namespace != "" {
		name = namespace + "/" + name
	}
	return " (in the ConfigMap " + name + ")"
}

// between is the revision of the AKS add-on that an upgrade goes through first;
// empty if it goes to the new one.
func between(from, to string) string {
	minor := func(revision string) int {
		text, found := strings.CutPrefix(revision, v1alpha1.AKSRevisionPrefix+"1-")
		n, err := strconv.Atoi(text)
		if !found || err != nil {
			return -1
		}
		return n
	}
	if a, b := minor(from), minor(to); a >= 0 && b > a+2 {
		return v1alpha1.AKSRevisionPrefix + "1-" + strconv.Itoa(a+2)
	}
	return ""
}
