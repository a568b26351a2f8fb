package tree

import (
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// MaxDepth is how deep nodes may nest that this program makes out of others.
// Readers of YAML have bounds between this and ten times as much.
const MaxDepth = 1000

// Expander writes aliases out: edits of its copies reach nothing else. kyaml's
// DeAnchor does the same without a bound, and takes the anchors off that nodes
// outside refer to.
type Expander struct {
	// Left is how many nodes may still be copied: a few lines of aliases can
	// mean millions.
	Left int
}

// Shares reports whether a node has aliases, anchors or merge keys in it, so
// that an edit of one place may be one of others.
func Shares(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || n.Anchor != "" || n.Tag == yaml.MergeTag || slices.ContainsFunc(n.Content, Shares)
}

// Alone reports whether every alias in a node refers to something in it.
func Alone(n *yaml.Node) bool {
	own, aliases := map[*yaml.Node]bool{}, []*yaml.Node(nil)
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.AliasNode {
			aliases = append(aliases, n.Alias)
		} else if n.Anchor != "" {
			own[n] = true
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(n)
	return !slices.ContainsFunc(aliases, func(to *yaml.Node) bool { return !own[to] })
}

// ErrAliases says that there is no copy.
var ErrAliases = fmt.Errorf("its aliases mean too many nodes, or nest deeper than %d: write them out", MaxDepth)

// WriteOut is a node without anchors, aliases and merge keys: a copy if it has
// some, nil if that is too large or too deep.
func (e *Expander) WriteOut(n *yaml.Node) *yaml.Node {
	if Shares(n) {
		if n = e.Copy(n); n != nil {
			Merge(n)
		}
	}
	return n
}

// Copy is a copy without anchors and aliases; nil if it is too large or too
// deep. Merge keys stay, with the maps that they merge.
func (e *Expander) Copy(n *yaml.Node) *yaml.Node { return e.copy(n, 0) }

func (e *Expander) copy(n *yaml.Node, depth int) *yaml.Node {
	if e.Left--; e.Left < 0 || depth > MaxDepth {
		return nil
	}
	if n.Kind == yaml.AliasNode {
		return e.copy(n.Alias, depth)
	}
	out := *n
	out.Anchor, out.Content = "", make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		if out.Content[i] = e.copy(c, depth+1); out.Content[i] == nil {
			return nil
		}
	}
	return &out
}

// Merge puts the entries of merge keys into their maps, in a copy that Expander
// made. What a map has itself wins over what is merged, and the first of several
// maps over the others.
func Merge(n *yaml.Node) {
	for _, c := range n.Content {
		Merge(c)
	}
	if n.Kind != yaml.MappingNode || !slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return c.Tag == yaml.MergeTag }) {
		return
	}
	has := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		has[n.Content[i].Value] = true
	}
	var out []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		if key.Tag != yaml.MergeTag {
			out = append(out, key, v)
			continue
		}
		from := Items(v)
		if v.Kind == yaml.MappingNode {
			from = []*yaml.Node{v}
		}
		if len(from) == 0 && v.Kind != yaml.SequenceNode || slices.ContainsFunc(from, func(m *yaml.Node) bool { return m.Kind != yaml.MappingNode }) {
			out = append(out, key, v) // which has nothing to merge
			continue
		}
		for _, m := range from {
			for j := 0; j+1 < len(m.Content); j += 2 {
				if key := m.Content[j].Value; !has[key] {
					has[key] = true
					out = append(out, m.Content[j], m.Content[j+1])
				}
			}
		}
	}
	n.Content = out
}
