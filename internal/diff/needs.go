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
	for _, s := range without(old.names, now.names) {
		c.note(needGoes, "- %s need no longer exist", s)
	}
	for _, s := range without(now.names, old.names) {
		c.note(needComes, "+ %s must exist first", s)
	}
	// What comes or goes whole is one line.
	for _, k := range without(old.keys, now.keys) {
		if slices.Contains(now.names, k.of) {
			c.note(needGoes, "- key %s of %s need no longer exist", k.key, k.of)
		}
	}
	for _, k := range without(now.keys, old.keys) {
		if slices.Contains(old.names, k.of) {
			c.note(needComes, "+ key %s of %s must exist first", k.key, k.of)
		}
	}
	from, to := revision(c.old), revision(c.now)
	if skipped := between(from, to); skipped != "" {
		c.note(needComes, "+ AKS upgrades the mesh by one or two revisions at a time: from %s go to %s first", from, skipped)
	}
}

// needsOf lists what objects use and do not make.
func needsOf(objects []Object) *needed {
	n := &needed{made: map[string]bool{}}
	for i := range objects {
		n.makes(&objects[i])
	}
	for i := range objects {
		n.uses(&objects[i], objects)
	}
	return n
}

// needed collects what objects use, by kind and name, and the keys that they use of
// Secrets and ConfigMaps.
type needed struct {
	made  map[string]bool
	names []string
	keys  []neededKey
}

type neededKey struct{ key, of string }

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

// addKeys notes the keys that are used beside a name: of a variable or of files.
func (n *needed) addKeys(o *Object, name transformers.Name) {
	of := called(name.Kind, name.Namespace, name.Name)
	if name.Kind != "Secret" && name.Kind != "ConfigMap" || n.made[of] || len(name.At) == 0 {
		return
	}
	beside := tree.At(o.tree, name.At[:len(name.At)-1])
	keys := []string{tree.Text(beside, "key")}
	for _, item := range tree.Items(beside, "items") {
		keys = append(keys, tree.Text(item, "key"))
	}
	for _, key := range keys {
		if k := (neededKey{key, of}); key != "" && !slices.Contains(n.keys, k) {
			n.keys = append(n.keys, k)
		}
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
		n.addKeys(o, name)
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
