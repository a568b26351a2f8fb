package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Object is a manifest in a form that is easy to compare.
type Object struct {
	krm.ID
	// Owner is the site that it was made for; empty for none.
	Owner string
	// tree is the manifest; of programs, the environment is a map from names
	// to values, and arguments are one from flags to values.
	tree map[string]any
	raw  map[string]any
}

// Read makes an object of a manifest.
func Read(node *yaml.Node) (Object, error) {
	var raw, tree map[string]any
	if err := node.Decode(&raw); err != nil {
		return Object{}, fmt.Errorf("line %d: %w", node.Line, err)
	}
	if err := node.Decode(&tree); err != nil {
		return Object{}, fmt.Errorf("line %d: %w", node.Line, err)
	}
	o := Object{ID: krm.IDOf(node), raw: raw, tree: tree}
	o.Owner = str(at(tree, "metadata", "labels", generators.SiteLabel))
	delete(tree, "status")
	for _, c := range containers(o.pod()) {
		byName(c, "env", envValue)
		flags(c)
	}
	return o, nil
}

// into reads the manifest as the type of its API. What cannot be read stays
// empty: the API server will say so.
func (o *Object) into(typed any) bool {
	text, err := json.Marshal(o.raw)
	return err == nil && json.Unmarshal(text, typed) == nil
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
		for name, value := range mapping(c["env"]) {
			out[name] = value
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

// byName makes a map of a list of things with names.
func byName(m map[string]any, key string, value func(map[string]any) any) {
	list := items(m[key])
	if len(list) == 0 {
		return
	}
	out := map[string]any{}
	for _, e := range list {
		entry := mapping(e)
		out[str(entry["name"])] = value(entry)
	}
	m[key] = out
}

// envValue is the value of a variable, or where it comes from.
func envValue(entry map[string]any) any {
	if ref := mapping(at(entry, "valueFrom", "secretKeyRef")); ref != nil {
		return fmt.Sprintf("Secret %s, key %s", str(ref["name"]), str(ref["key"]))
	}
	if from := entry["valueFrom"]; from != nil {
		return brief(from)
	}
	return str(entry["value"])
}

// flags makes a map of arguments that are all flags.
func flags(c map[string]any) {
	list := items(c["args"])
	if len(list) == 0 || slices.ContainsFunc(list, func(a any) bool { return !strings.HasPrefix(str(a), "--") }) {
		return
	}
	out := map[string]any{}
	for _, a := range list {
		name, value, _ := strings.Cut(str(a), "=")
		if before, ok := out[name]; ok {
			value = str(before) + ", " + value
		}
		out[name] = value
	}
	c["args"] = out
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
	case nil, map[string]any, []any:
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
