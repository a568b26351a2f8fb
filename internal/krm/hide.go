package krm

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Hide hides in an object what could be a secret, for those who print it to be
// read and not to be applied. The names of variables, flags, keys and fields
// stay.
func Hide(n *yaml.Node) { hide(n, "", false) }

// hide takes the name of a value, and whether everything inside is a secret.
func hide(n *yaml.Node, name string, all bool) {
	switch n.Kind {
	case yaml.ScalarNode:
		switch was := n.Value; {
		case n.Tag == "!!null" || n.Tag == "!!bool":
		case all:
			n.Value = quote.Hidden
		default:
			if n.Value = quote.Of(name, was); n.Value == was {
				return
			}
		}
		if n.Value == quote.Hidden {
			n.Tag, n.Style = "!!str", 0
		}
	case yaml.MappingNode:
		secret := tree.Text(n, "kind") == "Secret" && tree.Text(n, "apiVersion") == "v1"
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			inside := secret && (key == "data" || key == "stringData")
			switch {
			case key == "value" && tree.Text(n, "name") != "":
				key = tree.Text(n, "name")
			case name == "entries" && key == "secret": // of a site: the name of a Secret
				key = ""
			case key == "secretKey" && tree.Get(n, "remoteRef") != nil: // of an ExternalSecret: the name of a key
				key = ""
			}
			hide(n.Content[i+1], key, all || inside)
		}
	case yaml.SequenceNode:
		before := ""
		for _, item := range n.Content {
			if isFlag(before) {
				hide(item, before, all)
			} else {
				hide(item, name, all)
			}
			before = item.Value
		}
	}
}

func isFlag(arg string) bool { return strings.HasPrefix(arg, "-") && !strings.Contains(arg, "=") }
