// Package terraform writes what package azure makes in the JSON syntax of
// Terraform, for the provider azurerm. It is pure: the same sites give the same
// bytes.
package terraform

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators/azure"
)

// Provider is the version of azurerm that the names of arguments are those of.
const Provider = "~> 5.2"

// document is a configuration on its way.
type document struct {
	root block
}

// Configuration is one configuration for a site: given once, or once for each
// of its regions, each with that region's overrides. It is empty for a site
// that provisions nothing. The block of the provider itself stays the reader's.
func Configuration(regions []*v1alpha1.AthensSite) []byte {
	d := &document{}
	d.root = d.root.set(Provider, "terraform", "required_providers", "azurerm", "version")
	d.root = d.root.set("hashicorp/azurerm", "terraform", "required_providers", "azurerm", "source")
	before := len(d.root)
	door := false
	for _, site := range regions {
		for _, g := range azure.Groups(site) {
			d.group(g)
		}
		if p := site.Spec.Azure.Provision; p != nil && p.Cluster != nil {
			d.cluster(site)
		}
		switch s := site.Spec.Athens.Storage; {
		case !azure.MakesStorage(site):
		case s.AzureBlob != nil:
			d.blob(site, s.AzureBlob)
		default:
			d.cosmos(site, s.Mongo)
		}
		if azure.MakesFrontDoor(site) && !door {
			door = true
			d.frontDoor(site)
		}
	}
	if len(d.root) == before {
		return nil
	}
	// Blocks of strings, numbers and truth values can always be written.
	text, _ := plain(d.root)
	var out bytes.Buffer
	_ = json.Indent(&out, text, "", "  ")
	out.WriteByte('\n')
	return out.Bytes()
}

func (d *document) resource(kind, name string, arguments block) func(attribute string) reference {
	d.root = d.root.set(arguments, "resource", "azurerm_"+kind, label(name))
	return func(attribute string) reference {
		return reference("${azurerm_" + kind + "." + label(name) + "." + attribute + "}")
	}
}

func (d *document) output(name string, value reference, secret bool) {
	out := block{{"value", value}}
	if secret {
		out = append(out, member{"sensitive", true})
	}
	d.root = d.root.set(out, "output", label(name))
}

// label is a name as Terraform takes it: no dot, and no digit at its beginning.
func label(name string) string {
	name = strings.ReplaceAll(name, ".", "-")
	if name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	return name
}

// keep stops a plan that would destroy what holds modules, or all that runs.
func keep() member { return member{"lifecycle", block{{"prevent_destroy", true}}} }

func (d *document) group(g *v1alpha1.AzureResourceGroup) {
	if g.Name != "" {
		d.resource("resource_group", g.Name, block{{"name", g.Name}, {"location", g.Location}, keep()})
	}
}

// groupName is the name of a group: a reference to a resource, or the text of one
// that is there already.
func groupName(g *v1alpha1.AzureResourceGroup) any {
	if g.Name != "" {
		return reference("${azurerm_resource_group." + label(g.Name) + ".name}")
	}
	parts := strings.Split(g.ResourceID, "/")
	return parts[len(parts)-1]
}

// regional is the name of what each region has.
func regional(site *v1alpha1.AthensSite) string {
	if site.Spec.Region == "" {
		return site.Name
	}
	return site.Name + "-" + site.Spec.Region
}
