package krm

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// How many nodes are read: what is written and what its aliases stand for.
const (
	// SiteParts of what may come out of a repository of somebody else.
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
	r := valueReader{left: ManifestParts}
	return r.value(n, 0)
}

type valueReader struct {
	// left is how many nodes may still be read: aliases multiply them.
	left int
}

func (r *valueReader) value(n *yaml.Node, depth int) (any, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch r.left--; {
	case r.left < 0:
		return nil, fmt.Errorf("line %d: the aliases stand for more than %d nodes: write them out", n.Line, ManifestParts)
	case depth > tree.MaxDepth:
		return nil, fmt.Errorf("line %d: nests deeper than %d", n.Line, tree.MaxDepth)
	}
	switch n.Kind {
	case yaml.MappingNode:
		out := make(map[string]any, len(n.Content)/2)
		return out, r.fill(out, n, depth)
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, c := range n.Content {
			var err error
			if out[i], err = r.value(c, depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	if n.Tag == "!!str" {
		return n.Value, nil
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, fmt.Errorf("line %d: %w", n.Line, err)
	}
	return v, nil
}

// fill puts the entries of a map into out, but for keys that are there: what a
// map says itself wins over its merge keys, and the first of those over others.
func (r *valueReader) fill(out map[string]any, n *yaml.Node, depth int) error {
	var from *yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := tree.Deref(n.Content[i]), n.Content[i+1]
		if key.Tag == "!!merge" {
			from = v
			continue
		}
		if key.Kind != yaml.ScalarNode {
			return fmt.Errorf("line %d: a key must be text", key.Line)
		}
		if _, there := out[key.Value]; there {
			continue
		}
		var err error
		if out[key.Value], err = r.value(v, depth+1); err != nil {
			return err
		}
	}
	return r.merge(out, from, depth)
}

func (r *valueReader) merge(out map[string]any, from *yaml.Node, depth int) error {
	if from = tree.Deref(from); from == nil {
		return nil
	}
	switch r.left--; {
	case r.left < 0, depth > tree.MaxDepth:
		return fmt.Errorf("line %d: the merge keys stand for more than %d nodes, or nest deeper than %d: write them out", from.Line, ManifestParts, tree.MaxDepth)
	case from.Kind == yaml.MappingNode:
		return r.fill(out, from, depth+1)
	case from.Kind != yaml.SequenceNode:
		return fmt.Errorf("line %d: a merge key must have a map or a list of maps", from.Line)
	}
	for _, each := range from.Content {
		if err := r.merge(out, each, depth+1); err != nil {
			return err
		}
	}
	return nil
}
