// Package why says where the values of a site come from: those of its spec
// with all defaults, and those of the objects that are made of it. It finds
// out by trying: it changes one field after another and looks what moves.
package why

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Path leads from the top of a document to a value. A step is the key of a map,
// [0] for an item of a list, or [athens] for the item of that name.
type Path []string

// String is the path as people write it.
func (p Path) String() string {
	var out strings.Builder
	for i, step := range p {
		switch {
		case step[0] == '[':
			out.WriteString(step)
		case strings.ContainsAny(step, "./ "):
			out.WriteString("[" + strconv.Quote(step) + "]")
		case i == 0:
			out.WriteString(step)
		default:
			out.WriteString("." + step)
		}
	}
	return out.String()
}

// below says whether the path leads through another one, or to it.
func (p Path) below(above Path) bool {
	if len(p) < len(above) {
		return false
	}
	for i := range above {
		if p[i] != above[i] {
			return false
		}
	}
	return true
}

// with is the path one step on. It shares nothing with p.
func (p Path) with(step string) Path { return append(p[:len(p):len(p)], step) }

// Parse reads a path: keys between dots, and in brackets the index or the name
// of an item of a list, or a key with dots in it in quotes.
func Parse(text string) Path {
	var out Path
	for text != "" {
		switch text[0] {
		case '.':
			text = text[1:]
		case '[':
			if quoted, err := strconv.QuotedPrefix(text[1:]); err == nil {
				key, _ := strconv.Unquote(quoted)
				out, text = append(out, key), strings.TrimPrefix(text[1+len(quoted):], "]")
				continue
			}
			end := strings.IndexByte(text, ']')
			if end < 0 {
				return append(out, text+"]")
			}
			out, text = append(out, text[:end+1]), text[end+1:]
		default:
			end := strings.IndexAny(text, ".[")
			if end < 0 {
				end = len(text)
			}
			out, text = append(out, text[:end]), text[end:]
		}
	}
	return out
}

// get follows a path through a document; nil if it leads nowhere.
func get(n *yaml.Node, p Path) *yaml.Node {
	for _, step := range p {
		if n = next(n, step); n == nil {
			return nil
		}
	}
	return n
}

func next(n *yaml.Node, step string) *yaml.Node {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			if stepTo(item, i) == step || index(i) == step {
				return item
			}
		}
	}
	return nil
}

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }

// stepTo is the step to an item of a list: its name, which stays when others
// come and go, or else its index.
func stepTo(item *yaml.Node, i int) string {
	if name := next(item, "name"); item.Kind == yaml.MappingNode && name != nil && name.Value != "" {
		return "[" + name.Value + "]"
	}
	return index(i)
}

// leaf is a value that has none inside it.
type leaf struct {
	path Path
	node *yaml.Node
}

// leaves are the values below a node, in their order.
func leaves(n *yaml.Node, at Path) []leaf {
	var out []leaf
	switch {
	case n.Kind == yaml.MappingNode && len(n.Content) > 0:
		for i := 0; i+1 < len(n.Content); i += 2 {
			out = append(out, leaves(n.Content[i+1], at.with(n.Content[i].Value))...)
		}
	case n.Kind == yaml.SequenceNode && len(n.Content) > 0:
		for i, item := range n.Content {
			out = append(out, leaves(item, at.with(stepTo(item, i)))...)
		}
	default:
		out = append(out, leaf{at, n})
	}
	return out
}

// clone copies a tree: nodes that krm made share their keys.
func clone(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		out.Content[i] = clone(c)
	}
	return &out
}

// equal says whether two trees of krm's making say the same.
func equal(x, y *yaml.Node) bool {
	if x == nil || y == nil {
		return x == y
	}
	if x.Kind != y.Kind || x.Value != y.Value || len(x.Content) != len(y.Content) {
		return false
	}
	for i := range x.Content {
		if !equal(x.Content[i], y.Content[i]) {
			return false
		}
	}
	return true
}

// put sets the value at a path, and makes the maps on the way there; nil takes
// it away. Items are only ever put where the list holds one.
func put(n *yaml.Node, p Path, value *yaml.Node) {
	last := len(p) - 1
	for i, step := range p[:last] {
		inner := next(n, step)
		if inner == nil {
			inner = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
			if p[i+1][0] == '[' {
				inner = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
			}
			n.Content = append(n.Content, text(step), inner)
		}
		n = inner
	}
	wide := 1 + int(n.Kind&yaml.MappingNode)/int(yaml.MappingNode) // nodes of an entry
	for i := 0; i < len(n.Content); i += wide {
		at := i + wide - 1
		if n.Content[at] != next(n, p[last]) {
			continue
		}
		if value != nil {
			n.Content[at] = value
		} else {
			n.Content = append(n.Content[:i:i], n.Content[at+1:]...)
		}
		return
	}
	switch {
	case value == nil:
	case n.Kind == yaml.SequenceNode:
		n.Content = append(n.Content, value)
	default:
		n.Content = append(n.Content, text(p[last]), value)
	}
}

func text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }
