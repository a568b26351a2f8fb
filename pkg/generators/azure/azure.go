package azure

import (
	"slices"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Objects are the Azure resources of a site, owners before what they own. A
// site that provisions nothing, or leaves it to another tool, has none.
func Objects(site *v1alpha1.AthensSite) []generators.Object {
	if site.Spec.Azure.Tool != v1alpha1.ToolServiceOperator {
		return nil
	}
	return slices.Concat(groups(site, Groups(site)...), provisioned(site), FrontDoor(site))
}

// Groups are the resource groups of what a site makes.
func Groups(site *v1alpha1.AthensSite) []*v1alpha1.AzureResourceGroup {
	var out []*v1alpha1.AzureResourceGroup
	if p := site.Spec.Azure.Provision; p != nil && (MakesStorage(site) || p.Cluster != nil) {
		out = append(out, &p.ResourceGroup)
	}
	if MakesFrontDoor(site) {
		out = append(out, &site.Spec.Edge.FrontDoor.Provision.ResourceGroup)
	}
	return out
}

// provisioned is what spec.azure.provision asks for.
func provisioned(site *v1alpha1.AthensSite) []generators.Object {
	p, storage := site.Spec.Azure.Provision, site.Spec.Athens.Storage
	if p == nil {
		return nil
	}
	var out []generators.Object
	if p.Cluster != nil {
		out = cluster(site)
	}
	switch {
	case !MakesStorage(site):
	case storage.AzureBlob != nil:
		out = append(out, blob(site, storage.AzureBlob)...)
	default:
		out = append(out, cosmos(site, storage.Mongo)...)
	}
	return out
}
