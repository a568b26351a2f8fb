// Package why says where the values of a site come from: those of its spec
// with all defaults, and those of the objects that are made of it. It finds
// out by trying: it changes one field after another and looks what moves.
package why

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// leaf is a value that has none inside it.
type leaf struct {
	path tree.Path
	node *yaml.Node
}

func leaves(n *yaml.Node, at tree.Path) (out []leaf) {
	switch {
	case n.Kind == yaml.MappingNode && len(n.Content) > 0:
		for i := 0; i+1 < len(n.Content); i += 2 {
			out = append(out, leaves(n.Content[i+1], at.With(n.Content[i].Value))...)
		}
	case n.Kind == yaml.SequenceNode && len(n.Content) > 0:
		for i, step := range tree.Steps(n) {
			out = append(out, leaves(n.Content[i], at.With(step))...)
		}
	default:
		out = append(out, leaf{at, n})
	}
	return out
}
