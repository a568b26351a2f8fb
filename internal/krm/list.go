package krm

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Flatten are the objects of a document: itself or, if it is a List, its items,
// and theirs if they are Lists. Whatever kind they say, Lists are those whose
// kind ends in List and that have items, as they are for kubectl and Argo CD.
//
// An item leaves its list, so aliases of anchors outside of it are replaced by
// copies. An item that is not an object is an error; the others are returned
// with it.
func Flatten(doc *yaml.Node) ([]*yaml.Node, error) {
	f := flattening{left: SiteParts}
	f.add(doc, "", 0)
	return f.objects, errors.Join(f.problems...)
}

// maxLists is how deep Lists may lie in Lists. Each is walked once more.
const maxLists = 8

type flattening struct {
	objects  []*yaml.Node
	problems []error
	// left is how many nodes may still be copied for aliases: a few lines of
	// them can stand for millions.
	left int
}

func (f *flattening) add(n *yaml.Node, at string, depth int) {
	items := value(n, "items")
	if kind := Text(n, "kind"); !strings.HasSuffix(kind, "List") || items == nil {
		f.objects = append(f.objects, n)
		return
	}
	var r repeated
	if r.keys(deref(n)); len(r.problems) > 0 {
		f.problems = append(f.problems, r.problems...)
		return
	}
	switch {
	case items.Tag == "!!null":
		return
	case items.Kind != yaml.SequenceNode:
		f.fail(items, at+"items", "is not a list")
		return
	case depth == maxLists:
		f.fail(items, at+"items", fmt.Sprintf("is the item of %d Lists inside each other: write the objects as documents", maxLists))
		return
	}
	for i, item := range items.Content {
		path := at + "items[" + strconv.Itoa(i) + "]"
		line := item.Line
		if item = f.alone(item); item == nil {
			f.fail(&yaml.Node{Line: line}, path, fmt.Sprintf("has aliases that stand for more than %d nodes: write them out", SiteParts))
			return
		}
		if item.Kind != yaml.MappingNode {
			f.fail(item, path, "is not an object")
			continue
		}
		f.add(item, path+".", depth+1)
	}
}

func (f *flattening) fail(n *yaml.Node, path, message string) {
	f.problems = append(f.problems, errors.New(quote.Sprintf("line %d: %s: %s", n.Line, quote.Said(path), quote.Said(message))))
}

// alone is an item that needs nothing of what is around it; nil if that is too
// large.
func (f *flattening) alone(item *yaml.Node) *yaml.Node {
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
	walk(item)
	for _, to := range aliases {
		if !own[to] {
			return f.expanded(item)
		}
	}
	return item
}

// expanded is a copy without aliases; nil if it is too large.
func (f *flattening) expanded(n *yaml.Node) *yaml.Node {
	if f.left--; f.left < 0 {
		return nil
	}
	if n.Kind == yaml.AliasNode {
		return f.expanded(n.Alias)
	}
	out := *n
	out.Anchor, out.Content = "", make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		if out.Content[i] = f.expanded(c); out.Content[i] == nil {
			return nil
		}
	}
	return &out
}
