package transformers

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// injectionLabel of a Namespace chooses the default revision, or none.
const injectionLabel = "istio-injection"

// namespaceLabels are the labels of the Namespaces among the items, by name.
func namespaceLabels(items []*yaml.Node) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	for _, item := range items {
		if o := newObject(item); o.isNamespace() {
			out[o.name] = tree.Get(item, "metadata", "labels")
		}
	}
	return out
}

// refused is why the injector does not read the pods' own labels: it reads those
// of their namespace first (Istio 1.31, the webhooks of the chart istiod).
func (w workload) refused(revision string, namespace *yaml.Node) string {
	injection, rev := tree.Text(namespace, injectionLabel), tree.Text(namespace, revisionLabel)
	switch {
	case injection == "disabled":
		return "its namespace has the label istio-injection: disabled, which comes before those of pods"
	case injection == "enabled" && revision != "" && revision != "default":
		return "its namespace has the label istio-injection: enabled, so the pods get a sidecar of the default revision, and spec.revision is another"
	case injection == "" && rev != "" && revision != "" && rev != revision:
		return "its namespace asks for the revision " + rev + ", which comes before that of pods, and spec.revision is another"
	case tree.Text(namespace, ambientLabel) == "ambient" && tree.Text(w.labels(), ambientLabel) != "none":
		return "its namespace is in the ambient mesh (" + ambientLabel + ")"
	}
	return ""
}

// gateway is why pods are a proxy themselves, which must not get another one.
func (w workload) gateway() string {
	for _, table := range []string{"annotations", "labels"} {
		if strings.Contains(tree.Text(w.template, "metadata", table, "inject.istio.io/templates"), "gateway") {
			return "its pods are a gateway (inject.istio.io/templates)"
		}
	}
	for _, label := range []string{"gateway.networking.k8s.io/gateway-name", "istio.io/gateway-name", "gateway.istio.io/managed"} {
		if tree.Get(w.labels(), label) != nil {
			return "its pods are a gateway (" + label + ")"
		}
	}
	for _, c := range pods.Containers(w.template) {
		if tree.Text(c, "name") == "istio-proxy" {
			return "its pods have a container istio-proxy: they are a gateway, or have their sidecar already"
		}
	}
	return ""
}
