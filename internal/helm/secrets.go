package helm

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
)

// secretsIn are the Secrets that an object refers to, as namespace/name; the
// chart does not make them. A gateway's certificate is not among them: it
// belongs to the namespace of the gateway's pods.
func secretsIn(obj *yaml.Node) []string {
	namespace := krm.IDOf(obj).Namespace
	var names []string
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		for i, c := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 1 {
				switch n.Content[i-1].Value {
				case "secretKeyRef", "secretRef":
					names = append(names, named(c, "name")...)
				case "secret":
					names = append(names, named(c, "secretName")...)
				case "imagePullSecrets":
					for _, s := range c.Content {
						names = append(names, named(s, "name")...)
					}
				}
			}
			walk(c)
		}
	}
	walk(obj)
	for i, name := range names {
		names[i] = namespace + "/" + name
	}
	return names
}

func named(n *yaml.Node, key string) []string {
	if name := child(n, key); name != nil && name.Value != "" {
		return []string{name.Value}
	}
	return nil
}
