package main

import (
	"fmt"
	"slices"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/terraform"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func (c console) terraformCommand() *cli.Command {
	return &cli.Command{
		Name:      "terraform",
		Usage:     "print the Azure resources of a site as Terraform JSON, for the provider azurerm",
		ArgsUsage: "FILE|DIR|-",
		Flags:     []cli.Flag{fileFlag(), regionFlag(), limitsFlag()},
		Description: `What edge.frontDoor.provision and azure.provision ask for, of all regions, or of
the one that --region names. With azure.tool: Terraform, render leaves them out;
without it, render makes them too, as objects of Azure Service Operator.

   athens-kfn terraform site.yaml > site.tf.json
   athens-kfn terraform site.yaml --region eastus2`,
		Action: action(c.terraform),
	}
}

// terraform prints the Azure resources of a site.
func (c console) terraform(cmd *cli.Command) int {
	operands := operandsOf(cmd)
	region := cmd.String("region")
	if len(operands) != 1 {
		return c.misuse(cmd, "terraform takes one FILE, one DIR or -, not %d of them", len(operands))
	}
	within, err := limitsOf(cmd.String("limits"))
	if err != nil {
		return c.fail(err)
	}
	load := func(l *krm.ResourceList) []*v1alpha1.AthensSite { return l.LoadWithin(within) }
	nodes, err := c.find(operands[0])
	if err != nil {
		return c.fail(err)
	}
	read := func(region string) ([]*v1alpha1.AthensSite, int) {
		return c.sound(operands[0], inRegion(slices.Clone(nodes), region), load)
	}
	sites, code := read(region)
	if code != 0 {
		return code
	}
	if len(sites) > 1 {
		return c.fail(fmt.Errorf("%s: %d sites in it; a configuration is of one, give a file with one", operands[0], len(sites)))
	}
	var regions []*v1alpha1.AthensSite
	if site := sites[0]; site.Spec.Region == "" {
		for i := range site.Spec.Regions {
			of, code := read(site.Spec.Regions[i].Name)
			if code != 0 {
				return code
			}
			regions = append(regions, of...)
		}
	}
	if len(regions) == 0 {
		regions = sites
	}
	text := terraform.Configuration(regions)
	if text == nil {
		return c.fail(fmt.Errorf("%s: makes nothing in Azure; write edge.frontDoor.provision or azure.provision", operands[0]))
	}
	if _, err := c.stdout.Write(text); err != nil {
		return c.fail(err)
	}
	return 0
}
