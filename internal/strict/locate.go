package strict

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// Locate finds where a path, as a Problem carries it, is written in a document.
// It returns the key of a map's entry or the item of a list and, where the
// document does not go that far, the last of them and what is left of the path.
// Aliases are followed; merge keys are not.
func Locate(doc *yaml.Node, path string) (at *yaml.Node, rest string) {
	for doc.Kind == yaml.DocumentNode && len(doc.Content) > 0 {
		doc = doc.Content[0]
	}
	at, end := doc, 0
	value := doc
	for _, s := range problem.Steps(path) {
		for value != nil && value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		key, next := entry(value, s)
		if next == nil {
			break
		}
		at, value, end = key, next, s.End
	}
	return at, path[end:]
}

// entry is one step down: what represents it, and its value.
func entry(n *yaml.Node, s problem.Step) (at, value *yaml.Node) {
	switch {
	case n == nil:
	case n.Kind == yaml.SequenceNode && s.Index >= 0 && s.Index < len(n.Content):
		return n.Content[s.Index], n.Content[s.Index]
	case n.Kind == yaml.MappingNode && s.Index < 0:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == s.Key {
				return n.Content[i], n.Content[i+1]
			}
		}
	}
	return nil, nil
}
