package azure

import (
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

var resourceGroup = kind{"resources.azure.com", "v1api20200601", "ResourceGroup"}

type resourceGroupSpec struct {
	Location string `json:"location"`
}

// groups are the resource groups that the site makes, each once.
func groups(site *v1alpha1.AthensSite, all ...*v1alpha1.AzureResourceGroup) []generators.Object {
	var out []generators.Object
	made := map[string]bool{}
	for _, g := range all {
		if g.Name != "" && !made[g.Name] {
			made[g.Name] = true
			out = append(out, kept(of(site, resourceGroup, g.Name, resourceGroupSpec{Location: g.Location})))
		}
	}
	return out
}

// inGroup is the owner that a group is.
func inGroup(g *v1alpha1.AzureResourceGroup) owner {
	return owner{Name: g.Name, ARMID: g.ResourceID}
}
