package transformers

import (
	"cmp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// Name is what an object calls another one.
type Name struct {
	// Namespace is empty for a kind without one, and for a Secret in the namespace of
	// the pods of an Istio Gateway.
	Group, Kind, Namespace, Name string
	// At is the field with the name; empty for what is made.
	At tree.Path
}

// Names are the objects that must exist for the fields of an object, in the order
// of the table of MeshReferences. Left out are names in texts and selectors,
// wildcards, and those that are optional or in every cluster.
func Names(n *yaml.Node) (out []Name) {
	o := newObject(n)
	for _, f := range fields().of(o) {
		follow(n, nil, f.path, func(n *yaml.Node, at tree.Path) {
			name := f.name(o, n, at)
			holder := tree.At(o.node, name.At[:max(len(name.At)-1, 0)])
			if name.Kind != "" && name.Name != "" && !strings.ContainsAny(name.Name, "*$") && tree.Text(holder, "optional") != "true" {
				out = append(out, name)
			}
		})
	}
	return out
}

// name that is in a field; its kind is empty if that is not known.
func (f field) name(o *object, n *yaml.Node, at tree.Path) (out Name) {
	out = Name{Namespace: o.namespace, Name: tree.Text(n), At: at}
	out.Group, out.Kind, _ = strings.Cut(f.meant, "/")
	switch f.form {
	case name, hosted:
	case target:
		out.Group, out.Kind = targetKind(n, out.Group, out.Kind)
		out.Name, out.At, out.Namespace = tree.Text(n, "name"), at.With("name"), cmp.Or(tree.Text(n, "namespace"), out.Namespace)
	case host:
		if at.Last() == "host" && !strings.Contains(out.Name, ".") { // others may be of no Service
			out.Kind = "Service"
		}
	case gateway:
		if out.Name != "mesh" {
			out.Group, out.Kind = istioGroup, "Gateway"
		}
		out.split(strings.TrimPrefix(out.Name, "./"))
	case account:
		out.Kind = "ServiceAccount"
		out.split(out.Name)
	case principal:
		if _, id, found := strings.Cut(out.Name, "/ns/"); found {
			out.Kind = "ServiceAccount"
			out.Namespace, out.Name, _ = strings.Cut(id, "/sa/")
		}
	case credential:
		out.Kind, out.Namespace = "Secret", ""
	default:
		out.Kind = ""
	}
	switch {
	case out.Kind == "ServiceAccount" && out.Name == "default", out.Kind == "User", out.Kind == "Group":
		out.Kind = ""
	case strings.HasPrefix(out.Kind, "Cluster"), slices.Contains([]string{"IngressClass", "StorageClass", "PersistentVolume"}, out.Kind):
		out.Namespace = ""
	}
	return out
}

// split reads NAME or NAMESPACE/NAME.
func (n *Name) split(s string) {
	n.Name = s
	if namespace, name, spaced := strings.Cut(s, "/"); spaced {
		n.Namespace, n.Name = namespace, name
	}
}

// Makes are the objects that controllers make of one.
func Makes(n *yaml.Node) (out []Name) {
	o := newObject(n)
	for _, d := range derived(o) {
		out = append(out, Name{Group: d.group, Kind: d.kind, Namespace: d.namespace, Name: d.name})
	}
	add := func(kind string, path ...string) {
		follow(n, nil, path, func(n *yaml.Node, _ tree.Path) {
			out = append(out, Name{Kind: kind, Namespace: o.namespace, Name: tree.Text(n)})
		})
	}
	switch o.group + "/" + o.kind {
	case "external-secrets.io/ExternalSecret":
		add("Secret", "spec", "target", "name")
	case "cert-manager.io/Certificate":
		add("Secret", "spec", "secretName")
	case "secrets-store.csi.x-k8s.io/SecretProviderClass":
		add("Secret", "spec", "secretObjects[]", "secretName")
	}
	if strings.HasSuffix(o.group, azureGroup) {
		for key := range tree.Entries(n, "spec", "operatorSpec", "secrets") {
			add("Secret", "spec", "operatorSpec", "secrets", key, "name")
		}
		for key := range tree.Entries(n, "spec", "operatorSpec", "configMaps") {
			add("ConfigMap", "spec", "operatorSpec", "configMaps", key, "name")
		}
	}
	return out
}
