package importer

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// leaving notes the Secrets and claims that the site names and a release of Helm
// makes. Helm deletes them with the release: what would keep them has to be in the
// chart.
func (m *mapping) leaving(site *yaml.Node) (out []Line) {
	for _, o := range m.objects {
		kept := o.Kind == "Secret" || o.Kind == "PersistentVolumeClaim"
		if !kept || tree.Text(o.node, "metadata", "labels", "app.kubernetes.io/managed-by") != "Helm" || !named(tree.Get(site, "spec"), o.Name) {
			continue
		}
		cure := "copy it under another name before, and write that to the site"
		if o.Kind == "PersistentVolumeClaim" {
			cure = "delete the other objects with kubectl in its place, and the records of the release: kubectl delete secret -n " + o.Namespace + " -l owner=helm,name=RELEASE"
		}
		out = append(out, Line{Verdict: YoursToDo, Key: o.title(), Text: "helm uninstall deletes it: " + cure})
	}
	return out
}

// named says whether a reference in a site has this name.
func named(n *yaml.Node, name string) bool {
	for key, v := range tree.Entries(n) {
		if key == "name" && v.Value == name || named(v, name) {
			return true
		}
	}
	return false
}
