package krm

import (
	"errors"
	"fmt"
	"math"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// How many nodes are read: what is written and what its aliases represent.
const (
	// SiteParts of what may come out of another owner's repository.
	SiteParts = 300_000
	// ManifestParts of ResourceLists and of manifests that are compared.
	ManifestParts = 2_000_000
)

// Value is a node as maps, slices and scalars, without aliases and merge keys.
// The YAML library compares each key of a map with all others, and gives maps
// with a key that is not text another type: here keys are text, as in JSON.
// Repeated keys, and what its aliases make too large, are errors.
func Value(n *yaml.Node) (any, error) {
	if problems := Repeated(n); len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	e := tree.Expander{Left: ManifestParts}
	written := e.Copy(n)
	if written == nil {
		return nil, fmt.Errorf("line %d: %w", n.Line, tree.ErrAliases)
	}
	tree.Merge(written)
	return value(written)
}

func value(n *yaml.Node) (any, error) {
	switch {
	case n.Kind == yaml.MappingNode:
		out := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode {
				return nil, fmt.Errorf("line %d: a key must be text", key.Line)
			}
			if key.Tag == "!!merge" {
				return nil, fmt.Errorf("line %d: a merge key must have a map or a list of maps", key.Line)
			}
			var err error
			if out[key.Value], err = value(n.Content[i+1]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case n.Kind == yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, c := range n.Content {
			var err error
			if out[i], err = value(c); err != nil {
				return nil, err
			}
		}
		return out, nil
	case n.Tag == "!!str":
		return n.Value, nil
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, fmt.Errorf("line %d: %w", n.Line, err)
	}
	if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return nil, errors.New(quote.Sprintf("line %d: %s is not a number that JSON has", n.Line, n.Value))
	}
	return v, nil
}
