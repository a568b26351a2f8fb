package why

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Object is an object of a site.
type Object struct {
	krm.ID
	Node   *yaml.Node
	Values []Value
	// Purpose is what it is for.
	Purpose string
	// Needs are the fields that decide whether there is such an object.
	Needs []tree.Path
}

// Value is a value of an object.
type Value struct {
	Path  tree.Path
	Value string
	// Causes are the fields of the spec that decide it, in the order of the
	// spec; Needs are those that decide whether it is there, beside those that
	// decide whether the object is.
	Causes, Needs []tree.Path
	// Reason is why the program decides it as it does; empty where fields
	// decide it and there is no more to say.
	Reason string
}

// Objects are the objects of the site with the causes of all their values. Each
// field of the spec is given other values, and what moves is its doing.
func (s *Site) Objects() []Object {
	base := s.render(s.full)
	var out []Object
	var fields []tree.Path
	causes, needs := map[*yaml.Node][]int{}, map[*yaml.Node][]int{}
	numbers := map[string]int{}
	for _, c := range changes(s.full, s.spec) {
		name := c.field.String()
		if _, known := numbers[name]; !known {
			numbers[name] = len(fields)
			fields = append(fields, c.field)
		}
		field := numbers[name]
		note := func(m map[*yaml.Node][]int) func(*yaml.Node) {
			return func(leaf *yaml.Node) {
				if !slices.Contains(m[leaf], field) {
					m[leaf] = append(m[leaf], field)
				}
			}
		}
		if after := s.try(c); after != nil {
			diff{changed: note(causes), gone: note(needs)}.objects(base, after)
		}
	}
	paths := func(numbers []int) []tree.Path {
		slices.Sort(numbers)
		var out []tree.Path
		for _, n := range numbers {
			out = append(out, fields[n])
		}
		return narrowest(out)
	}
	for _, n := range base {
		shown := tree.Clone(n)
		krm.Hide(shown)
		values := leaves(shown, nil)
		o := Object{ID: krm.IDOf(n), Node: shown}
		o.Purpose = purpose(o.ID)
		kind := needs[tree.Get(n, "kind")]
		o.Needs = paths(kind)
		for i, l := range leaves(n, nil) {
			own := slices.DeleteFunc(slices.Clone(needs[l.node]), func(field int) bool {
				return slices.Contains(kind, field) || slices.Contains(causes[l.node], field)
			})
			o.Values = append(o.Values, Value{
				Path: l.path, Value: valueOf(values[i].node), Causes: paths(causes[l.node]), Needs: paths(own),
				Reason: reason(o.ID, l.path),
			})
		}
		out = append(out, o)
	}
	return out
}

// Titles are the objects of the site as questions name them.
func (s *Site) Titles() (out []string) {
	for _, n := range s.render(s.full) {
		out = append(out, krm.IDOf(n).Title())
	}
	return out
}

// try renders the site with a change; nil if that cannot be done. No rule has
// checked the change, so a generator may find something impossible in it.
func (s *Site) try(c change) (objects []*yaml.Node) {
	defer func() {
		if recover() != nil {
			objects = nil
		}
	}()
	return s.render(c.apply(s.full))
}

// render makes the objects of a site. Default fills what a change took away.
func (s *Site) render(doc *yaml.Node) []*yaml.Node {
	site := decode(doc)
	site.Default()
	var out []*yaml.Node
	for _, made := range krm.Make(site) {
		out = append(out, made.Node())
	}
	return out
}

func valueOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "{}"
	case yaml.SequenceNode:
		return "[]"
	}
	first, _, more := strings.Cut(n.Value, "\n")
	if more {
		first += " …"
	}
	return quote.Text(first)
}
