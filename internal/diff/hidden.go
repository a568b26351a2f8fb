package diff

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// hidden is a value of the field without what could be a secret.
func (l *leaf) hidden(n *yaml.Node) *yaml.Node {
	if n == nil || n.Tag == fromSecret {
		return n
	}
	name := l.name
	if name == "secretKey" && strings.HasPrefix(l.path, "spec.data") {
		name = "" // of an ExternalSecret: the name of a key
	}
	field := tree.Map(tree.String(name), tree.Clone(n))
	krm.Hide(field)
	return field.Content[1]
}
