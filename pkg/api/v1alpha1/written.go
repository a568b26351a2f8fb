package v1alpha1

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Written finds where the values of a site were written.
type Written struct{ root *value }

// WhereWritten reads a site's document as Decode does: with the overrides of
// the region that spec.region names merged over the spec.
func WhereWritten(node *yaml.Node) Written {
	doc := open(node)
	return Written{doc.merged(doc.selected())}
}

// At is the node of a value, and the region whose override it is, empty for
// the spec's own. Keys lead from the document to it, with [0] for the first
// item of a list. The node is nil if the value was not written. A number that
// stands for min and max is found at both.
func (w Written) At(keys ...string) (node *yaml.Node, region string) {
	v := w.root
	for _, key := range keys {
		switch {
		case v.isScalar():
		case v.isList():
			v = v.item(key[1 : len(key)-1])
		default:
			v = v.get(key)
		}
	}
	if v.isNull() {
		return nil, ""
	}
	for at := v; at.parent != nil; at = at.parent {
		if at.index >= 0 && at.parent.path() == "spec.regions" {
			region = at.get("name").text()
		}
	}
	return v.node, region
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
