// Package tree reads, compares and edits YAML nodes. Maps are looked up through
// aliases and merge keys. Paths are printed and parsed in one form, see Path.
package tree

import (
	"iter"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Get is the value under keys of nested maps; nil if there is none. Without keys
// it is the node itself.
func Get(n *yaml.Node, keys ...string) *yaml.Node {
	n = Deref(n)
	for _, key := range keys {
		n = value(n, key)
	}
	return n
}

func value(m *yaml.Node, key string) *yaml.Node {
	v, merge := Own(m, key)
	if v == nil && merge != nil {
		v = merged(merge, key, map[*yaml.Node]bool{})
	}
	return v
}

// merged is the value of a key in the maps of a merge key. Each map is looked at
// once: a few lines of merge keys can lead to one map in a million ways.
func merged(from *yaml.Node, key string, seen map[*yaml.Node]bool) *yaml.Node {
	if from = Deref(from); from == nil || seen[from] {
		return nil
	}
	seen[from] = true
	for _, each := range Items(from) {
		if v := merged(each, key, seen); v != nil {
			return v
		}
	}
	v, merge := Own(from, key)
	if v == nil {
		v = merged(merge, key, seen)
	}
	return v
}

// Own is the value of a key that a map has itself, nil if it has none, and the
// value of its merge key.
func Own(m *yaml.Node, key string) (v, merge *yaml.Node) {
	m = Deref(m)
	if m == nil || m.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		switch k := m.Content[i]; {
		case k.Value == key:
			return Deref(m.Content[i+1]), nil
		case k.Tag == yaml.MergeTag:
			merge = m.Content[i+1]
		}
	}
	return nil, merge
}

// Has reports whether a map has a key, itself or through merge keys.
func Has(m *yaml.Node, key string) bool { return value(m, key) != nil }

// Text is the scalar under keys of nested maps; empty if there is none.
func Text(n *yaml.Node, keys ...string) string {
	if n = Get(n, keys...); n != nil && n.Kind == yaml.ScalarNode && n.Tag != yaml.NodeTagNull {
		return n.Value
	}
	return ""
}

// Items are the entries of the list under keys of nested maps; nil if there is
// none.
func Items(n *yaml.Node, keys ...string) []*yaml.Node {
	if n = Get(n, keys...); n != nil && n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return nil
}

// Entries are the values of the map or the list under keys of nested maps, as
// they are written, each with its key or Index; none of anything else.
func Entries(n *yaml.Node, keys ...string) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		n := Get(n, keys...)
		if n != nil && n.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(n.Content) && yield(n.Content[i].Value, n.Content[i+1]); i += 2 {
			}
		}
		for i, item := range Items(n) {
			if !yield(Index(i), item) {
				return
			}
		}
	}
}

// Deref is what an alias refers to, or the node itself.
func Deref(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// Scalar is a new scalar.
func Scalar(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// String is a new string, in the style in which every reader takes it for one.
func String(s string) *yaml.Node {
	n := Scalar(yaml.NodeTagString, s)
	n.Style = StyleOf(s)
	return n
}

// Map is a new map of keys and values in turn.
func Map(content ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap, Content: content}
}

// List is a new list.
func List(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: yaml.NodeTagSeq, Content: items}
}
