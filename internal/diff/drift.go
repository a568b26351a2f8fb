package diff

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Drift is a field of a manifest that is not what the spec renders to.
type Drift struct {
	// ID of the object, and Path of the field in it.
	ID   krm.ID
	Path tree.Path
	// Text is the change from what is rendered to what is there, without secrets.
	Text string
	// Added says that the spec renders nothing there.
	Added bool
	// Order says that only the items of a list have another order.
	Order bool
	// Fields that differ: the one of Path, or those in it where one state has nothing.
	Fields []Field
	// Opens says what the change opens or weakens; empty if no guard is about it.
	Opens string
}

// Field is a value that differs; nil where a state has none.
type Field struct {
	Path     tree.Path
	Old, Now *yaml.Node
}

// Drifts compares manifests with what a spec renders to, object by object of the same
// kind, namespace and name. Defaults that an API server fills in are no difference.
// A node that cannot be read is an error.
func Drifts(rendered, manifests []*yaml.Node) (out []Drift, err error) {
	c := &comparison{live: true}
	if c.old, err = readAll(rendered); err == nil {
		c.now, err = readAll(manifests)
	}
	if err != nil {
		return nil, err
	}
	c.match()
	for i := range c.pairs {
		p := &c.pairs[i]
		for j := range p.leaves {
			l := &p.leaves[j]
			out = append(out, Drift{
				ID: p.id, Path: l.at, Text: said(p, l), Added: l.old == nil, Order: l.order,
				Fields: inside(l.at, l.old, l.now), Opens: joinedWords(about(p.opened, l)),
			})
		}
	}
	return out, nil
}

// inside are the fields of a value that only one state has.
func inside(at tree.Path, old, now *yaml.Node) (out []Field) {
	if there := only(old, now); isMap(there) {
		for _, key := range keys(there) {
			a, _ := tree.Own(old, key)
			b, _ := tree.Own(now, key)
			out = append(out, inside(at.With(key), a, b)...)
		}
	} else if list, _ := namedLists(at, there, there); list != nil {
		for _, name := range list.names {
			a, b := list.value(name), (*yaml.Node)(nil)
			if old == nil {
				a, b = b, a
			}
			out = append(out, inside(at.With(tree.ItemNamed(name)), a, b)...)
		}
	}
	if len(out) == 0 {
		return []Field{{at, old, now}}
	}
	return out
}

// only is the one of two values that is there; nil for two.
func only(old, now *yaml.Node) *yaml.Node {
	switch {
	case old == nil:
		return now
	case now == nil:
		return old
	}
	return nil
}

func readAll(nodes []*yaml.Node) (out []Object, err error) {
	for _, node := range nodes {
		o, err := Read(node)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}
