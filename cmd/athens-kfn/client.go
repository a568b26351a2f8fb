package main

import (
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/client"
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
	_, sites, code := c.oneCluster(cmd, cmd.Args().Slice()...)
	for i, site := range sites {
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		guide := client.Of(site)
		fmt.Fprint(c.stdout, guide.Head())
		for _, f := range clientForms {
			switch form {
			case f.name:
				fmt.Fprintf(c.stdout, "\n%s", f.text(&guide))
			case "all":
				fmt.Fprintf(c.stdout, "\n# ---- %s ----\n%s", f.title, f.text(&guide))
			}
		}
	}
	return code
}
