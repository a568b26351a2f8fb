package diff

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Object is a manifest in a form that is easy to compare.
type Object struct {
	krm.ID
	// Owner is the site that it was made for; empty for none.
	Owner string
	// tree is the manifest without its status, aliases and merge keys.
	tree *yaml.Node
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
	manifest, ok := v.(map[string]any)
	if !ok {
		return Object{}, fmt.Errorf("line %d: is not an object", node.Line)
	}
	delete(manifest, "status")
	o := Object{ID: krm.IDOf(node)}.of(spelled(manifest), manifest)
	o.Owner = tree.Text(o.tree, "metadata", "labels", generators.SiteLabel)
	return o, nil
}

// spelled is a value in the one way in which values are compared: keys sorted,
// and 0644 and 420 one number.
func spelled(v any) *yaml.Node {
	switch v := v.(type) {
	case nil:
		return tree.Scalar("!!null", "null")
	case string:
		return tree.Scalar("!!str", v)
	case bool:
		return tree.Scalar("!!bool", strconv.FormatBool(v))
	case float64:
		text := fmt.Sprint(v)
		if !strings.ContainsAny(text, ".e") {
			text += ".0" // or else it is a whole number
		}
		return tree.Scalar("!!float", text)
	case []any:
		out := tree.List()
		for _, item := range v {
			out.Content = append(out.Content, spelled(item))
		}
		return out
	case map[string]any:
		out := tree.Map()
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out.Content = append(out.Content, tree.Scalar("!!str", key), spelled(v[key]))
		}
		return out
	case time.Time:
		return tree.Scalar("!!timestamp", v.Format(time.RFC3339Nano))
	}
	return tree.Scalar("!!int", fmt.Sprint(v))
}

// of is the object with another manifest, and its plain value where the caller
// has it.
func (o Object) of(manifest *yaml.Node, plain any) Object {
	o.tree, o.typed, o.unread = manifest, nil, nil
	var err error
	if plain == nil {
		plain, err = krm.Value(manifest)
	}
	if err == nil {
		var text []byte
		if text, err = json.Marshal(plain); err == nil {
			o.typed, err = prove.Decode(text)
		}
	}
	o.unread = err
	return o
}

func (o *Object) title() string { return o.Kind + " " + o.Name }

// pod is the spec of a workload's pods; nil for anything else.
func (o *Object) pod() *yaml.Node {
	template, _, _ := pods.Template(o.tree)
	return tree.Get(template, "spec")
}

func (o *Object) program() string {
	return tree.Text(o.tree, "metadata", "labels", "app.kubernetes.io/name")
}

// env are the variables of a workload's containers by their names.
func (o *Object) env() map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	template, _, _ := pods.Template(o.tree)
	for _, c := range pods.Containers(template) {
		for _, e := range tree.Items(c, "env") {
			out[tree.Text(e, "name")] = e
		}
	}
	return out
}
