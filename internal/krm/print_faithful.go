package krm

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// faithful is a node that the YAML library prints as what it means: the node
// itself, or a copy without what go.yaml.in/yaml v3.0.6 prints as another value.
// That is text folded around indented or empty lines, which gets more of them,
// and a null that is written as nothing, which becomes text within flow style, as
// a key (named) and with an anchor.
func faithful(n *yaml.Node, flow, named bool) *yaml.Node {
	flow = flow || n.Style&yaml.FlowStyle != 0
	switch {
	case n.Kind != yaml.ScalarNode:
	case n.Style&yaml.FoldedStyle != 0 && foldsWrongly(n.Value):
		literal := *n
		literal.Style = n.Style&^yaml.FoldedStyle | yaml.LiteralStyle
		return &literal
	case (flow || named || n.Anchor != "") && n.Value == "" && n.Tag == "!!null":
		written := *n
		written.Value = "null"
		return &written
	}
	out := n
	for i, c := range n.Content {
		kept := faithful(c, flow, n.Kind == yaml.MappingNode && i%2 == 0)
		if kept == c {
			continue
		}
		if out == n {
			whole := *n
			whole.Content = append([]*yaml.Node(nil), n.Content...)
			out = &whole
		}
		out.Content[i] = kept
	}
	return out
}

// foldsWrongly says whether a text has a line that is empty, is indented or
// follows one that is.
func foldsWrongly(s string) bool {
	return strings.HasPrefix(s, " ") || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\n") ||
		strings.Contains(s, "\n ") || strings.Contains(s, "\n\t") || strings.HasSuffix(s, "\n\n")
}
