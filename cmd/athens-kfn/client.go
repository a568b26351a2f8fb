package main

import (
	"cmp"
	"fmt"

	"github.com/urfave/cli/v3"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/client"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func (c console) clientCommand() *cli.Command {
	return &cli.Command{
		Name:      "client",
		Usage:     "print the lines that Go developers need to use a site",
		ArgsUsage: inputs,
		Flags: []cli.Flag{
			fileFlag(),
			regionFlag(),
			formatFlag(clientFormats()...),
		},
		Description: `The lines set GOPROXY, and the variables for private modules, checksum databases
and passwords; comments give the reasons. ci is GitHub Actions, GitLab and Azure Pipelines.
A site with regions needs --region only if the lines differ between its regions.

   athens-kfn client -f athens.yaml
   athens-kfn client -f athens.yaml -o shell > use-goproxy.sh
   athens-kfn client -f athens.yaml -o ci`,
		Action: action(c.client),
	}
}

// clientForms are what -o may say, in the order of all.
var clientForms = []struct {
	name, title string
	text        func(*client.Guide) string
}{
	{"shell", "Linux, macOS: sh", (*client.Guide).Shell},
	{"powershell", "Windows: PowerShell", (*client.Guide).PowerShell},
	{"ci", "Build systems", (*client.Guide).CI},
	{"dockerfile", "Dockerfile", (*client.Guide).Dockerfile},
}

func clientFormats() []string {
	names := []string{"all"}
	for _, f := range clientForms {
		names = append(names, f.name)
	}
	return names
}

func (c console) client(cmd *cli.Command) int {
	form := cmd.String("o")
	_, sites, code := c.read(cmd, func(l *krm.ResourceList) []*v1alpha1.AthensSite {
		for i, node := range l.Items {
			l.Items[i] = inAnyRegion(node, form)
		}
		return l.LoadOneCluster(krm.ByFlag)
	}, cmd.Args().Slice()...)
	for i, site := range sites {
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		fmt.Fprint(c.stdout, guide(site, form))
	}
	return code
}

// inAnyRegion chooses a region of a site that has not chosen one, where developers write
// the same in all of them.
func inAnyRegion(node *yaml.Node, form string) *yaml.Node {
	base, _ := strict.Load[v1alpha1.AthensSite](node) // its problems are reported where it is loaded
	var first *yaml.Node
	var text string
	for _, region := range base.OpenRegions() {
		there := krm.InRegion(node, region)
		site, problems := strict.Load[v1alpha1.AthensSite](there)
		if len(problems) > 0 {
			return node
		}
		switch one := guide(site, form); {
		case first == nil:
			first, text = there, one
		case one != text:
			return node
		}
	}
	return cmp.Or(first, node)
}

// guide is what developers write for a site.
func guide(site *v1alpha1.AthensSite, form string) string {
	lines := client.Of(site)
	out := lines.Head()
	for _, f := range clientForms {
		switch form {
		case f.name:
			out += "\n" + f.text(&lines)
		case "all":
			out += fmt.Sprintf("\n# ---- %s ----\n%s", f.title, f.text(&lines))
		}
	}
	return out
}
