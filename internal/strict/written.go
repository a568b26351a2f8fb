package strict

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Written finds where the values of a configuration were written.
type Written struct{ root, list *value }

// WhereWritten reads a document as Decode does: with the overrides that it
// chooses merged.
func WhereWritten(node *yaml.Node, k Kind) Written {
	doc := open(node, k)
	dec := decoder{doc: doc}
	return Written{dec.merged(doc.selected()), doc.list}
}

// At is the node of a value, and the name of the overrides that wrote it, empty
// for the rest of the document. Keys lead from the document to it, with [0] for the first
// item of a list. The node is nil if the value was not written.
func (w Written) At(keys ...string) (node *yaml.Node, by string) {
	v := w.root
	for _, key := range keys {
		if v.isList() {
			v = v.item(key[1 : len(key)-1])
		} else {
			v = v.get(key)
		}
	}
	if v.isNull() {
		return nil, ""
	}
	for at := v; at.parent != nil; at = at.parent {
		if at.parent == w.list {
			by = at.get("name").text()
		}
	}
	return v.node, by
}

// item is an item of a list, by its index or by its name; nil if there is none.
func (v *value) item(which string) *value {
	for i, c := range v.children {
		if name := c.get("name"); which == strconv.Itoa(i) || name.isScalar() && name.node.Value == which {
			return c
		}
	}
	return nil
}
