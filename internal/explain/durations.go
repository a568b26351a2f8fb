package explain

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/span"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// TrimDurations writes the durations of a spec as people do: 4m, where Go's encoder
// has 4m0s.
func (f *Field) TrimDurations(n *yaml.Node) {
	for _, c := range f.Fields {
		switch inner := tree.Next(n, c.Name); {
		case inner == nil:
		case inner.Kind == yaml.MappingNode:
			c.TrimDurations(inner)
		case c.Type == "duration":
			inner.Value = span.Trim(inner.Value)
		}
	}
}
