package krm

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// DropUnused takes a part that means nothing out of a site; false if the site
// does not have it.
func DropUnused(doc *yaml.Node, u problem.Unused) bool {
	p := tree.Parse(u.Path)
	field := tree.At(doc, p)
	if field == nil {
		return false
	}
	if len(u.Except) == 0 {
		tree.Set(doc, p, nil)
		return true
	}
	for i := 0; i < len(field.Content); {
		if slices.Contains(u.Except, field.Content[i].Value) {
			i += 2
		} else {
			field.Content = slices.Delete(field.Content, i, i+2)
		}
	}
	return true
}
