package main

import (
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/terraform"
)

func (c console) terraformCommand() *cli.Command {
	return &cli.Command{
		Name:      "terraform",
		Usage:     "print the Azure resources of a site as Terraform JSON, for the provider azurerm",
		ArgsUsage: inputs,
		Flags:     []cli.Flag{fileFlag(), regionFlag(), limitsFlag()},
		Description: `Prints the resources of edge.frontDoor.provision and azure.provision, of all regions
or of the one that --region names. With azure.tool: Terraform, render leaves them
out; without it, render prints them too, as objects of Azure Service Operator.

   athens-kfn terraform site.yaml > site.tf.json
   athens-kfn terraform site.yaml --region eastus2`,
		Action: action(c.terraform),
	}
}

func (c console) terraform(cmd *cli.Command) int {
	within, err := limitsOf(cmd.String("limits"))
	if err != nil {
		return c.fail(err)
	}
	in, code := c.find(cmd, cmd.Args().Slice()...)
	if code != 0 {
		return code
	}
	regions, results, err := terraform.Regions(in.operand, in.nodes(), within)
	if code := c.sound(results, in); code != 0 {
		return code
	}
	if err != nil {
		return c.fail(err)
	}
	text := terraform.Configuration(regions)
	if text == nil {
		return c.fail(fmt.Errorf("%s: makes nothing in Azure; write edge.frontDoor.provision or azure.provision", in.operand))
	}
	_, err = c.stdout.Write(text)
	return c.end(err)
}
