package transformers

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// domain of the cluster, which the mesh's objects say behind .svc. Kubernetes'
// default if they do not.
func (d *directory) domain() string {
	for _, o := range d.objects {
		if o.group == istioGroup {
			if domain := domainIn(o.node); domain != "" {
				return domain
			}
		}
	}
	return "cluster.local"
}

// domainIn is the first domain behind .svc in the texts of a node.
func domainIn(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		_, domain, _ := strings.Cut(n.Value, ".svc.")
		if len(validation.IsDNS1123Subdomain(domain)) == 0 {
			return domain
		}
		return ""
	}
	for _, c := range n.Content {
		if domain := domainIn(c); domain != "" {
			return domain
		}
	}
	return ""
}
