package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v3"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/argocd"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// argocdCommand holds the commands of a config management plugin, as
// deploy/argocd/plugin.yaml names them. Argo CD's plugin server starts each of
// them in the directory of the application and waits for its end.
func (c console) argocdCommand() *cli.Command {
	command := func(name, usage string, run func() int) *cli.Command {
		return &cli.Command{Name: name, Usage: usage, Action: action(func(cmd *cli.Command) int {
			if cmd.NArg() > 0 {
				return c.misuse(cmd, "argocd %s takes no arguments", name)
			}
			return run()
		})}
	}
	return &cli.Command{
		Name:  "argocd",
		Usage: "run as an Argo CD plugin, in the working directory",
		Commands: []*cli.Command{
			command("generate", "print the manifests of the working directory", c.argocdGenerate),
			command("parameters", "print the parameters that the working directory's site accepts", c.argocdParameters),
			command("discover", "print the files of the working directory that hold a site", c.argocdDiscover),
			c.argocdApplicationSetCommand(),
		},
		Description: `An Application may set region, host, athens.version, mesh.revision, and
replicas and autoscaling.maxReplicas of athens and lathens, as plugin parameters
(docs/hosts/argocd.md).`,
		Action: action(func(cmd *cli.Command) int {
			return c.misuse(cmd, "argocd takes one of generate, parameters, discover and applicationset")
		}),
	}
}

func (c console) argocdGenerate() int {
	files, err := argocdFiles()
	if err != nil {
		return c.fail(err)
	}
	within, err := limitsOf("")
	if err != nil {
		return c.fail(err)
	}
	list, err := argocd.Generate(files, os.Environ(), within)
	if err != nil {
		return c.fail(err)
	}
	if c.report(list.Results); list.Results.Failed() {
		return 1
	}
	return c.end(list.WriteStream(c.stdout, argocd.IsSite))
}

func argocdFiles() ([]source.File, error) {
	r := source.Reader{Bounds: source.Sites}
	return r.Dir(".", argocd.Wanted)
}

// argocdParameters announces the parameters. A directory that cannot be read
// exits with 0 too: the exit code of a problem is generate's part.
func (c console) argocdParameters() int {
	files, unread := argocdFiles()
	announced, err := argocd.Announce(files)
	if err = errors.Join(unread, err); err != nil {
		c.fail(err)
	}
	encoder := json.NewEncoder(c.stdout)
	encoder.SetIndent("", "  ")
	return c.end(encoder.Encode(announced))
}

func (c console) argocdDiscover() int {
	files, err := argocdFiles()
	names := argocd.Discover(files)
	for _, name := range names {
		fmt.Fprintln(c.stdout, quote.Text(name))
	}
	if err != nil && len(names) == 0 && !argocd.OtherTool(files) {
		return c.fail(err)
	}
	return 0
}

func (c console) argocdApplicationSetCommand() *cli.Command {
	return &cli.Command{
		Name:      "applicationset",
		Usage:     "print an ApplicationSet with one Application for each region of a site",
		ArgsUsage: inputs,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "repo", Usage: "the `URL` of the Git repository that holds the site", Required: true},
			&cli.StringFlag{Name: "path", Usage: "the `DIR` of the site in the repository", Value: "."},
			&cli.StringFlag{Name: "revision", Usage: "the `BRANCH`, tag or commit that is deployed", Value: "HEAD"},
			&cli.StringFlag{Name: "project", Usage: "the AppProject `NAME`; without it the site's name, as in deploy/argocd/project.yaml"},
			&cli.StringFlag{Name: "namespace", Usage: "the `NAMESPACE` that Argo CD watches", Value: "argocd"},
			&cli.BoolFlag{Name: "rendered", Usage: "DIR holds a folder for each region, made by render --to, instead of the site"},
			fileFlag(),
		},
		Description: `The cluster of a region is the one that is registered in Argo CD under the
region's name.

   athens-kfn argocd applicationset site.yaml --repo https://git.example.com/goproxy.git --path site
   athens-kfn argocd applicationset site.yaml --repo https://git.example.com/goproxy.git --path manifests --rendered`,
		Action: action(c.argocdApplicationSet),
	}
}

func (c console) argocdApplicationSet(cmd *cli.Command) int {
	from := argocd.Repository{
		URL: cmd.String("repo"), Path: cmd.String("path"), Revision: cmd.String("revision"),
		Project: cmd.String("project"), Namespace: cmd.String("namespace"), Rendered: cmd.Bool("rendered"),
	}
	_, sites, code := c.read(cmd, (*krm.ResourceList).Load, cmd.Args().Slice()...)
	if code != 0 {
		return code
	}
	var out []*yaml.Node
	for _, site := range sites {
		set, err := argocd.ApplicationSet(site, from)
		if err != nil {
			code = max(code, c.fail(err))
		}
		out = append(out, set)
	}
	if code != 0 {
		return code
	}
	return c.end(krm.WriteStream(c.stdout, out...))
}
