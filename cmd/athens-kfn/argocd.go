package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v3"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/argocd"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
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
			command("parameters", "announce the parameters of the working directory's site", c.argocdParameters),
			command("discover", "print the files of the working directory that hold a site", c.argocdDiscover),
			c.argocdApplicationSetCommand(),
		},
		Description: `An Application may set region, host, athens.version, athens.replicas,
lathens.replicas and mesh.revision as plugin parameters (docs/hosts/argocd.md).`,
		Action: action(func(cmd *cli.Command) int {
			return c.misuse(cmd, "argocd takes one of generate, parameters, discover and applicationset")
		}),
	}
}

// argocdGenerate prints the manifests of the working directory, with what the
// Application sets in place of what the site says. Manifests beside the site
// are printed too, as Argo CD would deploy them if there were no plugin.
func (c console) argocdGenerate() int {
	settings, err := argocdSettings(os.Environ())
	if err != nil {
		return c.fail(err)
	}
	files, err := argocdFiles()
	if err != nil {
		return c.fail(err)
	}
	items, err := argocd.Objects(files)
	if err != nil {
		return c.fail(err)
	}
	if err := settings.apply(sitesAmong(items)); err != nil {
		return c.fail(err)
	}
	within, err := limitsOf("")
	if err != nil {
		return c.fail(err)
	}
	list := &krm.ResourceList{Items: items}
	made := list.Render(within, krm.ByParameter)
	list.RefuseOwned(made)
	c.report(list.Results)
	if list.Results.Failed() {
		return 1
	}
	if err := list.WriteStream(c.stdout, argocd.IsSite); err != nil {
		return c.fail(err)
	}
	return 0
}

// argocdFiles are the files of the working directory that Argo CD would read.
func argocdFiles() ([]source.File, error) {
	r := source.Reader{Bounds: source.Sites}
	return r.Dir(".", argocd.Wanted)
}

func sitesAmong(objects []*yaml.Node) (sites []*yaml.Node) {
	for _, obj := range objects {
		if argocd.IsSite(obj) {
			sites = append(sites, obj)
		}
	}
	return sites
}

// argocdDiscover prints the files of the working directory that hold a site.
// Argo CD asks plugins before its own tools, so a directory with a
// kustomization or a chart is left to those. A file that cannot be read counts
// if it names our API: as plain manifests, which is what Argo CD takes a
// directory for that no plugin wants, its site would be deleted.
func (c console) argocdDiscover() int {
	files, err := argocdFiles()
	if argocd.OtherTool(files) {
		return 0
	}
	found := false
	for _, file := range files {
		objects, err := argocd.Objects([]source.File{file})
		if len(sitesAmong(objects)) > 0 || err != nil && bytes.Contains(file.Content, []byte(v1alpha1.Group)) {
			fmt.Fprintln(c.stdout, quote.Text(filepath.Base(file.Name)))
			found = true
		}
	}
	if err != nil && !found {
		return c.fail(err)
	}
	return 0
}
