package krm

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Flatten are the objects of a document: itself or, if it is a List, its items,
// and theirs if they are Lists. Whatever kind they say, Lists are those whose
// kind ends in List and that have items, as they are for kubectl and Argo CD.
//
// An item leaves its list, so aliases of anchors outside of it are replaced by
// copies. An item that is not an object is an error; the others are returned
// with it.
func Flatten(doc *yaml.Node) ([]*yaml.Node, error) {
	f := flattening{copies: tree.Expander{Left: SiteParts}}
	f.add(doc, "", 0)
	return f.objects, errors.Join(f.problems...)
}

// maxLists is how deep Lists may lie in Lists. Each is walked once more.
const maxLists = 8

type flattening struct {
	objects  []*yaml.Node
	problems []error
	copies   tree.Expander
}

func (f *flattening) add(n *yaml.Node, at string, depth int) {
	items := tree.Get(n, "items")
	if kind := tree.Text(n, "kind"); !strings.HasSuffix(kind, "List") || items == nil {
		f.objects = append(f.objects, n)
		return
	}
	var r repeated
	if r.keys(tree.Deref(n)); len(r.problems) > 0 {
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
			f.fail(&yaml.Node{Line: line}, path, tree.ErrAliases.Error())
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
	if tree.Alone(item) {
		return item
	}
	return f.copies.Copy(item)
}
