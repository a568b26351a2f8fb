package strict

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

const (
	// maxAliased bounds what aliases may add to a document, so that a few
	// lines of aliases to aliases cannot fill the memory. A site that a person
	// wrote needs a few dozen.
	maxAliased = 10_000
	// maxDepth bounds how deep a document nests; a site needs ten.
	maxDepth = 100
)

// value is a node of the document as it was meant: aliases are followed and
// merge keys are resolved. Each one knows where it was written, also after a
// region was merged over the spec.
type value struct {
	parent *value
	key    string // inside a map
	index  int    // inside a list, else -1
	seq    int    // position in the document
	node   *yaml.Node
	// children are the entries of a map or the items of a list.
	children []*value
	// byKey finds the entries of a large map.
	byKey map[string]*value
}

func (v *value) path() string {
	switch {
	case v.parent == nil:
		return ""
	case v.index >= 0:
		return problem.Item(v.parent.path(), v.index)
	default:
		return problem.Child(v.parent.path(), v.key)
	}
}

// entry is the name beside a value, as entries of lists have it; empty for none.
func (v *value) entry() string {
	if name := v.parent.get("name"); name.isScalar() {
		return name.node.Value
	}
	return ""
}

func (v *value) isMap() bool    { return v != nil && v.node.Kind == yaml.MappingNode }
func (v *value) isList() bool   { return v != nil && v.node.Kind == yaml.SequenceNode }
func (v *value) isScalar() bool { return v != nil && v.node.Kind == yaml.ScalarNode }
func (v *value) isNull() bool   { return v == nil || v.isScalar() && v.tag() == "!!null" }
func (v *value) tag() string    { return v.node.ShortTag() }

func (v *value) get(key string) *value {
	if !v.isMap() {
		return nil
	}
	const large = 32
	if len(v.children) > large {
		if v.byKey == nil {
			v.byKey = make(map[string]*value, len(v.children))
			for _, c := range v.children {
				v.byKey[c.key] = c
			}
		}
		return v.byKey[key]
	}
	for _, c := range v.children {
		if c.key == key {
			return c
		}
	}
	return nil
}

// locate follows a path as far as the document goes. What is left of the path
// is returned beside the value.
func (v *value) locate(path string) (found *value, rest string) {
	at := 0
	for _, s := range problem.Steps(path) {
		next := v.get(s.Key)
		if s.Index >= 0 {
			next = nil
			if v.isList() && s.Index < len(v.children) {
				next = v.children[s.Index]
			}
		}
		if next == nil {
			break
		}
		v, at = next, s.End
	}
	return v, path[at:]
}

func (v *value) at(path string) *value {
	if found, rest := v.locate(path); rest == "" {
		return found
	}
	return nil
}

// reader makes values from nodes.
type reader struct {
	findings
	kind    kind
	seq     int
	aliased int
	// over says that the document is larger than a bound.
	over bool
	// open holds the nodes whose aliases are being followed.
	open map[*yaml.Node]bool
}

// read makes the value of a node. It is nil where the node cannot be used,
// and then a problem was noted.
func (r *reader) read(n *yaml.Node, at value, depth int, aliased bool) *value {
	r.seq++
	at.seq = r.seq
	v := &at
	if r.full(v) {
		return nil
	}
	for n != nil && n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
		if depth++; depth > maxDepth {
			break
		}
	}
	if depth > maxDepth {
		r.note(v, "is nested more than %d levels deep", maxDepth)
		return nil
	}
	if aliased {
		if r.aliased++; r.aliased > maxAliased {
			if r.aliased == maxAliased+1 {
				r.note(v, "the document's aliases expand to more than %d values; write them out, or use fewer", maxAliased)
			}
			return nil
		}
	}
	if n == nil || n.Kind == 0 {
		n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	}
	v.node = n
	switch n.Kind {
	case yaml.AliasNode:
		target := n.Alias
		if target == nil || r.open[target] {
			r.note(v, "is an alias that refers to itself; write the value out")
			return nil
		}
		if r.open == nil {
			r.open = map[*yaml.Node]bool{}
		}
		r.open[target] = true
		defer delete(r.open, target)
		return r.read(target, at, depth+1, true)
	case yaml.MappingNode:
		if !r.known(v, "!!map") || !r.bounded(v, len(n.Content)/2) {
			return nil
		}
		r.readMap(v, n, depth, aliased)
	case yaml.SequenceNode:
		if !r.known(v, "!!seq") || !r.bounded(v, len(n.Content)) {
			return nil
		}
		for i, c := range n.Content {
			if c := r.read(c, value{parent: v, index: i}, depth+1, aliased); c != nil {
				v.children = append(v.children, c)
			}
		}
	case yaml.ScalarNode:
		if !r.known(v, "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!merge") {
			return nil
		}
	default:
		r.note(v, "is not YAML that can be read here")
		return nil
	}
	return v
}

// known refuses tags that would change how a value is read.
func (r *reader) known(v *value, tags ...string) bool {
	tag := v.tag()
	if slices.Contains(tags, tag) {
		return true
	}
	if !strings.HasPrefix(tag, "!!") {
		tag = quote.Hidden // a password that begins with an exclamation mark
	}
	r.note(v, "has the tag %s, which has no meaning here; leave the tag out, or write a text that begins with ! in quotes", tag)
	return false
}

// readMap reads the entries of a map. Those that a merge key (<<) brings stand
// behind the map's own.
func (r *reader) readMap(v *value, n *yaml.Node, depth int, aliased bool) {
	var merges []*yaml.Node
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, content := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.AliasNode && key.Alias != nil {
			key = key.Alias
		}
		at := value{parent: v, key: key.Value, index: -1}
		switch {
		case key.Kind != yaml.ScalarNode:
			r.note(v, "has a list or a map as a key; write a word")
			continue
		case key.ShortTag() == "!!merge":
			merges = append(merges, content)
			continue
		case seen[key.Value]:
			r.seq++
			at.seq = r.seq
			r.note(&at, "is repeated: remove one")
			continue
		}
		seen[key.Value] = true
		if c := r.read(content, at, depth+1, aliased); c != nil {
			v.children = append(v.children, c)
		}
	}
	for _, m := range merges {
		r.merge(v, m, seen, depth, aliased)
	}
}

// merge adds the entries of a merge key's maps to a map that does not hold
// them yet: its own win over merged ones, and earlier maps over later ones.
func (r *reader) merge(v *value, content *yaml.Node, seen map[string]bool, depth int, aliased bool) {
	from := r.read(content, value{parent: v.parent, key: v.key, index: v.index}, depth+1, aliased)
	if from == nil {
		return
	}
	maps := []*value{from}
	if from.isList() {
		maps = from.children
	}
	for _, m := range maps {
		if !m.isMap() {
			r.note(v, "merges (<<) something that is not a map; merge a map or a list of maps")
			continue
		}
		for _, c := range m.children {
			if !seen[c.key] {
				seen[c.key] = true
				c.parent = v
				v.children = append(v.children, c)
			}
		}
	}
}
