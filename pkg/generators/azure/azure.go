package azure

import (
	"slices"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Objects are the Azure resources of a site, owners before what they own. A
// site that provisions nothing has none.
func Objects(site *v1alpha1.AthensSite) []generators.Object {
	var made []*v1alpha1.AzureResourceGroup
	if MakesFrontDoor(site) {
		made = append(made, &site.Spec.Edge.FrontDoor.Provision.ResourceGroup)
	}
	return slices.Concat(groups(site, made...), FrontDoor(site))
}
