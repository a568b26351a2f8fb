package transformers

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// get is the value under a path of keys, nil if there is none.
func get(n *yaml.Node, path ...string) *yaml.Node {
	n = deref(n)
	for _, key := range path {
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		i := index(n, key)
		if i < 0 {
			return nil
		}
		n = deref(n.Content[i+1])
	}
	return n
}

// text is the scalar under a path, empty if there is none.
func text(n *yaml.Node, path ...string) string {
	if n = get(n, path...); n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

// index of a key in the content of a map, -1 if it is not there.
func index(m *yaml.Node, key string) int {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return i
		}
	}
	return -1
}

func deref(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func str(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

// put sets a key of a map.
func put(m *yaml.Node, key string, v *yaml.Node) {
	if i := index(m, key); i >= 0 {
		m.Content[i+1] = v
		return
	}
	m.Content = append(m.Content, str(key), v)
}

// list is the entries of a list.
func list(n *yaml.Node, path ...string) []*yaml.Node {
	if n = get(n, path...); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// each visits what a path leads to. A path is words with blanks between them,
// because keys have dots and slashes: a key, or key[] for every entry of a
// list. The nodes are not dereferenced, so that an alias can be replaced.
func each(n *yaml.Node, path []string, at string, visit func(n *yaml.Node, at string)) {
	if len(path) == 0 {
		visit(n, at)
		return
	}
	key, isList := strings.CutSuffix(path[0], "[]")
	m := deref(n)
	if m == nil || m.Kind != yaml.MappingNode {
		return
	}
	i := index(m, key)
	if i < 0 {
		return
	}
	n, at = m.Content[i+1], child(at, key)
	if !isList {
		each(n, path[1:], at, visit)
		return
	}
	for i, entry := range list(n) {
		each(entry, path[1:], at+"["+strconv.Itoa(i)+"]", visit)
	}
}

// child is the path of a key, in brackets if it is no plain word.
func child(at, key string) string {
	if strings.ContainsAny(key, "./") {
		return at + "[" + strconv.Quote(key) + "]"
	}
	return strings.TrimPrefix(at+"."+key, ".")
}

// scalars visits every string below a node.
func scalars(n *yaml.Node, at string, visit func(n *yaml.Node, at string)) {
	switch n.Kind {
	case yaml.ScalarNode:
		visit(n, at)
	case yaml.SequenceNode:
		for i, entry := range n.Content {
			scalars(entry, at+"["+strconv.Itoa(i)+"]", visit)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			scalars(n.Content[i+1], child(at, n.Content[i].Value), visit)
		}
	}
}
