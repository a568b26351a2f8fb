package helm

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// PostRender puts the Athens of a chart's release, which the list's items are,
// in place of the site's own, and merges the rest of the site into the list. The
// site is the list's configuration; problems with it are in the list's results.
func PostRender(list *krm.ResourceList, within limits.Set) error {
	sites := list.LoadToRender(within, "")
	if list.Results.Failed() {
		return nil
	}
	site := sites[0]
	copies := tree.Expander{Left: krm.ManifestParts}
	for i, item := range list.Items {
		if list.Items[i] = copies.WriteOut(item); list.Items[i] == nil {
			return fmt.Errorf("%s: %w", krm.IDOf(item), tree.ErrAliases)
		}
	}
	release, err := athensOf(list.Items)
	if err != nil {
		return err
	}
	around, own := around(site)
	release.join(own)
	if err := collision(site, list.Items, around); err != nil {
		return err
	}
	list.Merge(around)
	return nil
}

// around are the site's objects without those that the chart brings: the
// namespace, and Athens without its Service, which the site's policies and
// routes name. It also returns the Deployment that the chart's stands in for.
func around(site *v1alpha1.AthensSite) (out []krm.Made, athens *yaml.Node) {
	name := generators.Name(site, generators.Athens)
	for _, m := range krm.Make(site) {
		id := m.ID
		switch {
		case id.Kind == "Deployment" && id.Name == name:
			athens = m.Node()
		case id.Kind == "Namespace":
		case id.Name == name && (id.Kind == "ServiceAccount" || id.Kind == "ConfigMap" || id.Kind == "PersistentVolumeClaim" ||
			id.Kind == "HorizontalPodAutoscaler" || id.Kind == "PodDisruptionBudget"):
		default:
			out = append(out, m)
		}
	}
	return out, athens
}

// collision finds an object that both the release and the site have. A chart
// leaves the namespace to Helm, so none means the site's.
func collision(site *v1alpha1.AthensSite, items []*yaml.Node, around []krm.Made) error {
	of := map[krm.ID]bool{}
	for _, m := range around {
		of[m.ID] = true
	}
	for _, item := range items {
		id := krm.IDOf(item)
		if id.Namespace == "" {
			id.Namespace = site.Namespace
			if of[id] {
				return fmt.Errorf("%s is in the release and in the site: rename the release or the site", id)
			}
		}
	}
	return nil
}

type release struct{ template, container *yaml.Node }

// athensOf finds it by the variable that says where modules are: the chart
// sets it in every release, and names its Deployment after the release.
func athensOf(items []*yaml.Node) (release, error) {
	var found []release
	for _, item := range items {
		if krm.IDOf(item).Kind != "Deployment" {
			continue
		}
		template := tree.Get(item, "spec", "template")
		for _, c := range tree.Items(template, "spec", "containers") {
			for _, e := range tree.Items(c, "env") {
				if tree.Text(e, "name") == "ATHENS_STORAGE_TYPE" {
					found = append(found, release{template, c})
				}
			}
		}
	}
	if len(found) != 1 {
		return release{}, fmt.Errorf("%d Deployments on stdin have a container with the variable ATHENS_STORAGE_TYPE, by which Athens is known: expected one, of the chart athens-proxy", len(found))
	}
	return found[0], nil
}

// notShared are labels and annotations of the site's own pods that are not true
// of a release's.
var notShared = map[string]bool{
	generators.ConfigHashAnnotation: true,
	"app.kubernetes.io/instance":    true,
	"app.kubernetes.io/managed-by":  true,
	"app.kubernetes.io/version":     true,
}

// join lets the site's Services, policies and probes find the release's pods,
// and gives them the time to stop that the mesh's routes count on.
func (r release) join(own *yaml.Node) {
	template := tree.Get(own, "spec", "template")
	for _, key := range []string{"labels", "annotations"} {
		for name, v := range tree.Entries(template, "metadata", key) {
			if !notShared[name] {
				tree.Set(r.template, tree.Path{"metadata", key, name}, v)
			}
		}
	}
	grace := tree.Path{"spec", "terminationGracePeriodSeconds"}
	tree.Set(r.template, grace, tree.At(template, grace))
	for _, c := range tree.Items(template, "spec", "containers") {
		tree.Put(r.container, "ports", tree.Get(c, "ports"))
		if !tree.Has(r.container, "lifecycle") {
			tree.Put(r.container, "lifecycle", tree.Get(c, "lifecycle"))
		}
	}
}
