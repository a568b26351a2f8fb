package helm

import "go.yaml.in/yaml/v3"

// child is the value under a path of keys, nil if there is none.
func child(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		at := -1
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				at = i + 1
			}
		}
		if at < 0 {
			return nil
		}
		n = n.Content[at]
	}
	return n
}

// entries of a list, none if it is not there.
func entries(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// put sets a key of a mapping.
func put(m *yaml.Node, key string, value *yaml.Node) {
	if there := child(m, key); there != nil {
		*there = *value
		return
	}
	m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
}

// ensure is the mapping under a key, made if it is not there.
func ensure(m *yaml.Node, key string) *yaml.Node {
	if there := child(m, key); there != nil && there.Kind == yaml.MappingNode {
		return there
	}
	made := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	put(m, key, made)
	return child(m, key)
}
