package manifests

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Refuses says of a container, at a path of an object, whether its namespace enforces the
// Pod Security standard restricted and the container lacks what that asks of each
// container. What a pod can set for all of its containers is not looked at.
func (s *Site) Refuses(o *Object, container tree.Path) bool {
	template, path, _ := pods.Template(o.Node)
	ns := s.find("", "Namespace", "", o.Namespace)
	if template == nil || ns == nil || !container.Below(path) || len(container) != len(path)+3 ||
		!slices.Contains([]string{"containers", "initContainers"}, container[len(path)+1]) ||
		tree.Text(ns.Node, "metadata", "labels", "pod-security.kubernetes.io/enforce") != "restricted" {
		return false
	}
	rights := tree.Get(tree.At(o.Node, container), "securityContext")
	drops := slices.ContainsFunc(tree.Items(rights, "capabilities", "drop"), func(n *yaml.Node) bool { return n.Value == "ALL" })
	return tree.Text(rights, "allowPrivilegeEscalation") != "false" || !drops
}
