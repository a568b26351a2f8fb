package tree

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Put sets a key of a map that is no alias. What an alias elsewhere refers to is
// not protected: edit what Expander made.
func Put(m *yaml.Node, key string, v *yaml.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content[i+1] = v
			return
		}
	}
	m.Content = append(m.Content, String(key), v)
}

// With is a copy of a map with a key set: what it shares with the map is not
// changed.
func With(m *yaml.Node, key string, v *yaml.Node) *yaml.Node {
	out := *m
	out.Content = slices.Clone(m.Content)
	Put(&out, key, v)
	return &out
}

// Remove removes a key from a map; nil has none.
func Remove(m *yaml.Node, key string) {
	if m == nil {
		return
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content = slices.Delete(m.Content, i, i+2)
			return
		}
	}
}

// Set sets the value at a path, and makes the maps and lists on the way there.
// An item that is not in its list is appended. Nil takes a value away. Null on
// the way counts as nothing, and nothing is set in any other scalar.
func Set(n *yaml.Node, p Path, v *yaml.Node) {
	if v == nil && At(n, p) == nil {
		return
	}
	last := len(p) - 1
	for i, step := range p[:last] {
		inner := Next(n, step)
		if inner == nil || inner.Tag == yaml.NodeTagNull {
			if inner = Map(); isItem(p[i+1]) {
				inner = List()
			}
			Set(n, Path{step}, inner)
		}
		n = inner
	}
	switch i := position(n, p[last]); {
	case n.Kind == yaml.MappingNode && v == nil:
		Remove(n, p[last])
	case n.Kind == yaml.MappingNode:
		Put(n, p[last], v)
	case n.Kind != yaml.SequenceNode:
	case v == nil && i >= 0:
		n.Content = slices.Delete(n.Content, i, i+1)
	case v != nil && i >= 0:
		n.Content[i] = v
	case v != nil:
		n.Content = append(n.Content, v)
	}
}

// Clone is a copy of everything below a node. Aliases keep what they refer to.
func Clone(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		out.Content[i] = Clone(c)
	}
	return &out
}

// Equal reports whether two nodes mean the same. The order of keys, the style of
// scalars and comments do not count. Aliases are compared by name: following
// them could take forever.
func Equal(x, y *yaml.Node) bool {
	if x == nil || y == nil {
		return x == y
	}
	if x.Kind != y.Kind || len(x.Content) != len(y.Content) {
		return false
	}
	switch x.Kind {
	case yaml.ScalarNode, yaml.AliasNode:
		return x.Value == y.Value && x.ShortTag() == y.ShortTag()
	case yaml.MappingNode:
		for i := 0; i+1 < len(x.Content); i += 2 {
			v := y.Content[i+1]
			if key := x.Content[i].Value; key != y.Content[i].Value {
				v, _ = Own(y, key)
			}
			if !Equal(x.Content[i+1], v) {
				return false
			}
		}
		return true
	}
	return slices.EqualFunc(x.Content, y.Content, Equal)
}
