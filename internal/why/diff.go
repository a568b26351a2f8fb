package why

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// diff tells which values of the objects of a site are others, or not there any
// more, in the objects of a changed site.
type diff struct {
	changed, gone func(leaf *yaml.Node)
}

// objects compares the objects of two sites. Those that have another name are
// taken in order, kind by kind.
func (d diff) objects(before, after []*yaml.Node) {
	rest := map[string][]*yaml.Node{}
	byID := map[krm.ID]*yaml.Node{}
	known := map[krm.ID]bool{}
	for _, o := range before {
		known[krm.IDOf(o)] = true
	}
	for _, o := range after {
		id := krm.IDOf(o)
		if byID[id] = o; !known[id] {
			rest[id.Kind] = append(rest[id.Kind], o)
		}
	}
	for _, o := range before {
		id := krm.IDOf(o)
		other := byID[id]
		if others := rest[id.Kind]; other == nil && len(others) > 0 {
			other, rest[id.Kind] = others[0], others[1:]
		}
		d.node(o, other)
	}
}

func (d diff) node(before, after *yaml.Node) {
	switch {
	case after == nil:
		each(before, d.gone)
	case before.Kind != after.Kind || before.Kind == yaml.ScalarNode || len(before.Content) == 0:
		if !tree.Equal(before, after) {
			each(before, d.changed)
		}
	case before.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(before.Content); i += 2 {
			d.node(before.Content[i+1], tree.Next(after, before.Content[i].Value))
		}
	default:
		d.list(before, after)
	}
}

// list compares lists item by item. An item that only changed its place did
// not change.
func (d diff) list(before, after *yaml.Node) {
	for i, item := range before.Content {
		if !contains(after, item) {
			d.node(item, counterpart(before, after, i))
		}
	}
}

// counterpart is what an item of a list became: the item of the same name or
// flag, else the one at the same place or, where there are more or fewer items,
// the one that is most alike.
func counterpart(before, after *yaml.Node, i int) *yaml.Node {
	item := before.Content[i]
	if step := tree.Steps(before)[i]; step != tree.Index(i) {
		return tree.Next(after, step)
	}
	if flag, _, found := strings.Cut(item.Value, "="); found {
		for _, other := range after.Content {
			if strings.HasPrefix(other.Value, flag+"=") {
				return other
			}
		}
		return nil
	}
	if len(before.Content) == len(after.Content) {
		return after.Content[i]
	}
	var best *yaml.Node
	most := 0
	for _, other := range after.Content {
		if n := alike(item, other); n > most && !contains(before, other) {
			best, most = other, n
		}
	}
	return best
}

// alike counts the values that two trees share.
func alike(x, y *yaml.Node) int {
	count := 0
	for _, l := range leaves(x, nil) {
		if other := tree.At(y, l.path); other != nil && other.Value == l.node.Value {
			count++
		}
	}
	return count
}

func contains(list, item *yaml.Node) bool {
	return slices.ContainsFunc(list.Content, func(other *yaml.Node) bool { return tree.Equal(item, other) })
}

// each visits the values below a node.
func each(n *yaml.Node, visit func(*yaml.Node)) {
	for _, l := range leaves(n, nil) {
		visit(l.node)
	}
}
