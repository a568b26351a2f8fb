package manifests

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Subject is what a picture or a runbook is about: a site's spec with its objects.
type Subject struct {
	Site *v1alpha1.AthensSite
	// World that requests are followed through: the site's objects and those of
	// others that decide about traffic.
	World *prove.World
	// Objects of the site, in the order in which a request meets them.
	Objects []generators.Object
	// Unknown is what cannot be judged, each with the object.
	Unknown []string
	// From is the operand that the objects were read from; empty for those that
	// the spec renders to.
	From string

	nodes []*yaml.Node
}

// Rendered is a site, which was defaulted and validated, with what it renders to.
func Rendered(s *v1alpha1.AthensSite) *Subject {
	objects := site.Objects(s)
	return &Subject{Site: s, World: prove.Of(s, objects), Objects: objects}
}

// Node is an object as YAML.
func (s *Subject) Node(i int) *yaml.Node {
	if s.From == "" {
		return krm.Encode(s.Objects[i])
	}
	n := tree.Clone(s.nodes[i])
	clean(n)
	return n
}

// Subject is the site as a spec describes it, with the objects that are there,
// which came from an operand. What the spec renders to and is missing is Unknown.
func (s *Site) Subject(spec *v1alpha1.AthensSite, from string) *Subject {
	world := s.As(spec)
	out := &Subject{Site: world.Site(), World: world, From: from}
	for i := range s.Unread {
		out.Unknown = append(out.Unknown, s.Unread[i].Text())
	}
	if s.Meshed() && generators.Meshed(spec) {
		for _, why := range world.Unknown() {
			if !slices.Contains(out.Unknown, why) {
				out.Unknown = append(out.Unknown, why)
			}
		}
	}
	for _, id := range s.Expect(spec).Missing {
		out.Unknown = append(out.Unknown, id.String()+" is not among the manifests")
	}
	rendered := site.Objects(out.Site)
	place := func(o *Object) (at int) {
		at = len(rendered)
		for i, r := range slices.Backward(rendered) {
			switch kind := r.GetObjectKind().GroupVersionKind(); {
			case kind.Group != o.Group || kind.Kind != o.Kind:
			case r.GetName() == o.Name && r.GetNamespace() == o.Namespace:
				return i
			case r.GetLabels()[nameLabel] == o.label(nameLabel):
				at = i
			}
		}
		return at
	}
	own := slices.DeleteFunc(slices.Clone(s.Own), controlled)
	slices.SortStableFunc(own, func(a, b *Object) int { return place(a) - place(b) })
	for _, o := range own {
		object, err := o.typed(rendered)
		if err != nil {
			out.Unknown = append(out.Unknown, fmt.Sprintf("%s: cannot be read as its API has it: %v", o, err))
		}
		out.Objects, out.nodes = append(out.Objects, object), append(out.nodes, o.Node)
	}
	return out
}

// nameLabel tells the programs of a site apart.
const nameLabel = "app.kubernetes.io/name"

func (o *Object) label(key string) string { return tree.Text(o.Node, "metadata", "labels", key) }

// typed is an object with the type that one of its kind has among those that the
// spec renders to; one of another kind has its metadata only.
func (o *Object) typed(rendered []generators.Object) (generators.Object, error) {
	if _, byName := o.Typed.(*prove.Other); o.Typed != nil && !byName {
		return o.Typed, nil
	}
	var out generators.Object = &prove.Unrelated{}
	for _, r := range rendered {
		if kind := r.GetObjectKind().GroupVersionKind(); kind.Group == o.Group && kind.Kind == o.Kind {
			out = reflect.New(reflect.TypeOf(r).Elem()).Interface().(generators.Object)
			break
		}
	}
	value, err := krm.Value(o.Node)
	if err != nil {
		return out, err
	}
	text, err := json.Marshal(value)
	if err != nil {
		return out, err
	}
	if err = json.Unmarshal(text, out); err != nil {
		// What names it is there in any case.
		out = &prove.Unrelated{}
		out.SetName(o.Name)
		out.SetNamespace(o.Namespace)
	}
	return out, err
}
