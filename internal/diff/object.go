package diff

import (
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Object is a manifest in a form that is easy to compare.
type Object struct {
	krm.ID
	// Owner is the site that it was made for; empty for none.
	Owner string
	// tree is the manifest without its status.
	tree map[string]any
	// typed is what prove reads; nil for other kinds, and unread says why it is
	// nil for one of them.
	typed  generators.Object
	unread error
}

// Read makes an object of a manifest.
func Read(node *yaml.Node) (Object, error) {
	v, err := krm.Value(node)
	if err != nil {
		return Object{}, err
	}
	tree, ok := v.(map[string]any)
	if !ok {
		return Object{}, fmt.Errorf("line %d: is not an object", node.Line)
	}
	o := Object{ID: krm.IDOf(node)}
	o.Owner = str(at(tree, "metadata", "labels", generators.SiteLabel))
	delete(tree, "status")
	return o.of(tree), nil
}

// of is the object with another manifest.
func (o Object) of(tree map[string]any) Object {
	o.tree, o.typed, o.unread = tree, nil, nil
	typed := typeOf(o.Kind)
	if typed == nil {
		return o
	}
	text, err := json.Marshal(tree)
	if err == nil {
		err = json.Unmarshal(text, typed)
	}
	if o.unread = err; err == nil {
		o.typed = typed
	}
	return o
}

// title is how the object is called within its site.
func (o *Object) title() string { return o.Kind + " " + o.Name }

// pod is the pod template's spec of a workload; nil for anything else.
func (o *Object) pod() map[string]any {
	if o.Kind == "CronJob" {
		return mapping(at(o.tree, "spec", "jobTemplate", "spec", "template", "spec"))
	}
	return mapping(at(o.tree, "spec", "template", "spec"))
}

// program is the name of the program that an object belongs to.
func (o *Object) program() string {
	return str(at(o.tree, "metadata", "labels", "app.kubernetes.io/name"))
}

// env is the environment of a workload's containers.
func (o *Object) env() map[string]any {
	out := map[string]any{}
	for _, c := range containers(o.pod()) {
		for _, e := range items(c["env"]) {
			out[str(mapping(e)["name"])] = variable(e)
		}
	}
	return out
}

func containers(pod map[string]any) (out []map[string]any) {
	for _, list := range []string{"initContainers", "containers"} {
		for _, c := range items(pod[list]) {
			if m := mapping(c); m != nil {
				out = append(out, m)
			}
		}
	}
	return out
}

func at(m map[string]any, path ...string) any {
	var v any = m
	for _, key := range path {
		v = mapping(v)[key]
	}
	return v
}

func mapping(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func items(v any) []any {
	l, _ := v.([]any)
	return l
}

// str is a scalar as text; empty for anything else.
func str(v any) string {
	switch v.(type) {
	case nil, absent, map[string]any, []any:
		return ""
	}
	return fmt.Sprint(v)
}

func strs(v any) (out []string) {
	for _, e := range items(v) {
		out = append(out, str(e))
	}
	return out
}
