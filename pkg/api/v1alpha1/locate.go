package v1alpha1

import "go.yaml.in/yaml/v3"

// Locate finds where a path, as a Problem carries it, is written in a document.
// It returns the key of a map's entry or the item of a list and, where the
// document does not go that far, the last of them and what is left of the path.
// Aliases are followed; merge keys are not.
func Locate(doc *yaml.Node, path string) (at *yaml.Node, rest string) {
	at, end := doc, 0
	value := doc
	for _, s := range steps(path) {
		for value != nil && value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		key, next := entry(value, s)
		if next == nil {
			break
		}
		at, value, end = key, next, s.end
	}
	return at, path[end:]
}

// entry is one step down: what stands for it, and its value.
func entry(n *yaml.Node, s step) (at, value *yaml.Node) {
	switch {
	case n == nil:
	case n.Kind == yaml.SequenceNode && s.index >= 0 && s.index < len(n.Content):
		return n.Content[s.index], n.Content[s.index]
	case n.Kind == yaml.MappingNode && s.index < 0:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == s.key {
				return n.Content[i], n.Content[i+1]
			}
		}
	}
	return nil, nil
}
