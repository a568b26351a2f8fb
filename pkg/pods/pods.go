// Package pods knows where objects have the pods that they make.
package pods

import (
	"iter"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// templates are the kinds of Kubernetes that have pods, and where.
var templates = [...]struct {
	kind string // GROUP/KIND
	at   tree.Path
}{
	{"apps/Deployment", spec},
	{"apps/StatefulSet", spec},
	{"apps/DaemonSet", spec},
	{"apps/ReplicaSet", spec},
	{"batch/Job", spec},
	{"batch/CronJob", tree.Path{"spec", "jobTemplate", "spec", "template"}},
	{"/Pod", tree.Path{}},
}

var spec = tree.Path{"spec", "template"}

// Kinds are the kinds of Kubernetes that have pods, as GROUP/KIND, and the paths to
// their metadata and spec.
func Kinds() iter.Seq2[string, tree.Path] {
	return func(yield func(string, tree.Path) bool) {
		for _, t := range templates {
			if !yield(t.kind, t.at) {
				return
			}
		}
	}
}

// Template is the metadata and the spec of an object's pods, and where they are in
// it; nil if it has none. Known is false for a kind of another API with pods where a
// Deployment has them.
func Template(object *yaml.Node) (template *yaml.Node, at tree.Path, known bool) {
	group, _, grouped := strings.Cut(tree.Text(object, "apiVersion"), "/")
	if !grouped {
		group = ""
	}
	kind := group + "/" + tree.Text(object, "kind")
	at = spec
	for k, path := range Kinds() {
		if k == kind {
			at, known = path, true
		}
	}
	template = tree.At(tree.Deref(object), at)
	if template == nil || template.Kind != yaml.MappingNode || !known && len(tree.Items(template, "spec", "containers")) == 0 {
		return nil, nil, false
	}
	return template, at, known
}

// Containers of a template, each with where it is in it. Those that run first come
// first.
func Containers(template *yaml.Node) iter.Seq2[tree.Path, *yaml.Node] {
	return func(yield func(tree.Path, *yaml.Node) bool) {
		for _, list := range [...]string{"initContainers", "containers"} {
			for i, c := range tree.Items(template, "spec", list) {
				if !yield(tree.Path{"spec", list, tree.Index(i)}, c) {
					return
				}
			}
		}
	}
}
