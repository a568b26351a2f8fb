package helm

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// secretsIn are the Secrets that an object refers to, as namespace/name; the
// chart does not make them. A gateway's certificate is not among them: it
// belongs to the namespace of the gateway's pods.
func secretsIn(obj *yaml.Node) []string {
	namespace := krm.IDOf(obj).Namespace
	var names []string
	add := func(n *yaml.Node, key string) {
		if name := tree.Text(n, key); name != "" {
			names = append(names, namespace+"/"+name)
		}
	}
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		for key, v := range tree.Entries(n) {
			switch key {
			case "secretKeyRef", "secretRef":
				add(v, "name")
			case "secret":
				add(v, "secretName")
			case "imagePullSecrets":
				for _, s := range tree.Items(v) {
					add(s, "name")
				}
			}
			walk(v)
		}
	}
	walk(obj)
	return names
}
