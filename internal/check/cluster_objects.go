package check

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// resources of the kinds of needs, as kubectl names them; a need with a group is
// named by its kind.
var resources = map[string]string{
	"ClusterSecretStore": "clustersecretstores.external-secrets.io",
	"ConfigMap":          "configmaps", "Gateway": "gateways.networking.istio.io", "IngressClass": "ingressclasses.networking.k8s.io",
	"Namespace": "namespaces", "PersistentVolumeClaim": "persistentvolumeclaims",
	"PriorityClass": "priorityclasses.scheduling.k8s.io", "RuntimeClass": "runtimeclasses.node.k8s.io",
	"Secret": "secrets", "SecretStore": "secretstores.external-secrets.io", "Service": "services",
	"ServiceAccount": "serviceaccounts", "StorageClass": "storageclasses.storage.k8s.io",
}

// keysOnly prints the kind of an object and the keys of its data, never a value.
const keysOnly = "go-template={{.kind}}{{range $key, $value := .data}} {{$key}}{{end}}{{range $key, $value := .binaryData}} {{$key}}{{end}}"

// object looks for an object, and for its keys.
func (a *asker) object(n *Need) Found {
	name, resource := n.Kind+" "+n.Name, resources[n.Kind]
	if n.group != "" {
		resource = strings.ToLower(n.Kind) + "." + n.group
	}
	args := []string{"get", resource}
	if n.Namespace != "" {
		name = n.Kind + " " + n.Namespace + "/" + n.Name
		args = append(args, "--namespace="+n.Namespace)
	}
	output := keysOnly
	if n.Kind == "Namespace" {
		output = "jsonpath={.kind} {.metadata.labels}"
	}
	out, err := a.kubectl(append(args, "--output="+output, "--", n.Name)...)
	kind, rest, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	switch {
	case isMissing(err, n.Namespace, n.Name):
		a.report(lacking, "%s does not exist: %s", name, n.For)
		return FoundNo
	case err != nil:
		a.report(notAnswered, "%s: %s", name, err)
		return FoundUnknown
	case kind != n.Kind:
		a.report(notAnswered, "%s: %s", name, odd)
		return FoundUnknown
	case n.Kind == "Namespace":
		a.injected(rest)
		return FoundYes
	case n.Kind != "Secret" && n.Kind != "ConfigMap":
		return FoundYes
	}
	keys, found := strings.Fields(rest), FoundYes
	for _, key := range n.Keys {
		if !slices.Contains(keys, key) {
			a.report(lacking, "%s has no key %s: %s", name, key, n.For)
			found = FoundNo
		}
	}
	return found
}

// injected looks at the labels of a namespace that the site does not make.
func (a *asker) injected(labels string) {
	if !generators.Meshed(a.Site) {
		return
	}
	var has map[string]string
	if labels != "" {
		if err := json.Unmarshal([]byte(labels), &has); err != nil {
			a.report(notAnswered, "Namespace %s: its labels: %s", a.Site.Namespace, err)
			return
		}
	}
	key, value := generators.InjectionLabel(a.Site)
	if has[key] != value || key != "istio-injection" && has["istio-injection"] != "" {
		a.report(lacking, "Namespace %s injects no sidecar of this site's revision: kubectl label namespace %s %s --overwrite", a.Site.Namespace, a.Site.Namespace, key+"="+value)
	}
}

// defaultClass looks for the class of a claim that names none.
func (a *asker) defaultClass() {
	d := a.Athens.Storage.Disk
	if d == nil || d.ClaimRef != nil || d.StorageClassName != "" {
		return
	}
	classes, ok := a.rows("the default StorageClass", `{.metadata.annotations.storageclass\.kubernetes\.io/is-default-class}`, "storageclasses.storage.k8s.io")
	if ok && !slices.ContainsFunc(classes, func(c []string) bool { return c[0] == "true" }) {
		a.report(lacking, "no StorageClass is the default, and the claim of the modules names none: set spec.athens.storage.disk.storageClassName")
	}
}
