package krm

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// get is the value under a path of keys, nil if there is none. Merge keys are
// followed.
func get(m *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		m = value(m, key)
	}
	return m
}

func value(m *yaml.Node, key string) *yaml.Node {
	v, merge := entryOf(m, key)
	if v == nil && merge != nil {
		v = merged(merge, key, map[*yaml.Node]bool{})
	}
	return v
}

// merged is the value of a key in the maps of a merge key. Each map is looked at
// once: a few lines of merge keys can lead to one map in a million ways.
func merged(from *yaml.Node, key string, seen map[*yaml.Node]bool) *yaml.Node {
	if from = deref(from); from == nil || seen[from] {
		return nil
	}
	seen[from] = true
	if from.Kind == yaml.SequenceNode {
		for _, each := range from.Content {
			if v := merged(each, key, seen); v != nil {
				return v
			}
		}
		return nil
	}
	v, merge := entryOf(from, key)
	if v == nil {
		v = merged(merge, key, seen)
	}
	return v
}

// entryOf is the value of a key of a map itself, and that of its merge key.
func entryOf(m *yaml.Node, key string) (v, merge *yaml.Node) {
	m = deref(m)
	if m == nil || m.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		switch k := m.Content[i]; k.Value {
		case key:
			return deref(m.Content[i+1]), nil
		case "<<":
			if k.Tag == "!!merge" {
				merge = m.Content[i+1]
			}
		}
	}
	return nil, merge
}

// Has says whether a map has a key, itself or through merge keys.
func Has(m *yaml.Node, key string) bool { return value(m, key) != nil }

// Text is the scalar under a path of an object, empty if there is none: what
// tells objects apart is read without decoding them.
func Text(obj *yaml.Node, path ...string) string { return text(obj, path...) }

// text is the scalar under a path, empty if there is none.
func text(m *yaml.Node, path ...string) string {
	if n := get(m, path...); n != nil && n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		return n.Value
	}
	return ""
}

func deref(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// put sets a key of a mapping.
func put(m *yaml.Node, key string, v *yaml.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content[i+1] = v
			return
		}
	}
	var b builder
	b.set(m, key, v)
}

// equal says whether two nodes mean the same; neither the order of keys nor
// the style of scalars nor comments count. Aliases are compared by name:
// following them could take forever.
func equal(x, y *yaml.Node) bool {
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
				v, _ = entryOf(y, key)
			}
			if !equal(x.Content[i+1], v) {
				return false
			}
		}
		return true
	}
	return slices.EqualFunc(x.Content, y.Content, equal)
}

// hostPrefixes begin the annotations that hosts put on items to find them
// again: path and index of a file, names before a transformation.
var hostPrefixes = [...]string{
	"internal.config.kubernetes.io/",
	"config.kubernetes.io/",
	"config.k8s.io/",
	"kustomize.config.k8s.io/id",
}

func isHostAnnotation(key string) bool {
	for _, p := range hostPrefixes {
		if strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}

// keepHostAnnotations copies them from an item to what replaces it.
func keepHostAnnotations(from, to *yaml.Node) {
	old := get(from, "metadata", "annotations")
	if old == nil || old.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(old.Content); i += 2 {
		if key := old.Content[i].Value; isHostAnnotation(key) {
			put(annotations(to), key, old.Content[i+1])
		}
	}
}

// annotations of an object that we made; they are made where there are none,
// in the place where Encode would have put them.
func annotations(obj *yaml.Node) *yaml.Node {
	meta := get(obj, "metadata")
	if a := get(meta, "annotations"); a != nil {
		return a
	}
	var b builder
	a := b.mapping()
	at := len(meta.Content)
	for i := 0; i+1 < len(meta.Content); i += 2 {
		if meta.Content[i].Value == "labels" {
			at = i + 2
		}
	}
	meta.Content = slices.Insert(meta.Content, at, b.str("annotations"), a)
	return a
}
