package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v3"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
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
	items, err := argocdObjects(".")
	if err != nil {
		return c.fail(err)
	}
	var sites []*yaml.Node
	for _, item := range items {
		if isOurs(item) {
			sites = append(sites, item)
		}
	}
	if err := settings.apply(sites); err != nil {
		return c.fail(err)
	}
	list := &krm.ResourceList{Items: items}
	render(list, krm.ByParameter)
	c.report(list.Results)
	if list.Results.Failed() {
		return 1
	}
	if err := list.WriteStream(c.stdout, isLocal); err != nil {
		return c.fail(err)
	}
	return 0
}

// argocdDiscover prints the files of the working directory that hold a site.
// Argo CD asks plugins before its own tools, so a directory with a
// kustomization is left to kustomize. A file that cannot be read as YAML
// counts if it names our API: as plain manifests, which is what Argo CD takes a
// directory for that nobody wants, its site would be deleted.
func (c console) argocdDiscover() int {
	for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
		if isFile(name) {
			return 0
		}
	}
	files, err := manifests(".")
	if err != nil {
		return c.fail(err)
	}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			return c.fail(err)
		}
		sites, err := krm.SitesIn(in)
		if len(sites) > 0 || err != nil && bytes.Contains(in, []byte(v1alpha1.Group)) {
			fmt.Fprintln(c.stdout, file)
		}
	}
	return 0
}

// argocdObjects are the objects in the YAML files of a directory. Documents
// that are no Kubernetes object, such as a chart's values, are passed over, as
// Argo CD does.
func argocdObjects(dir string) (objects []*yaml.Node, err error) {
	files, err := manifests(dir)
	if err != nil {
		return nil, err
	}
	return readAll(files, objectsIn)
}

func objectsIn(in []byte) (objects []*yaml.Node, err error) {
	docs, err := krm.Documents(in)
	for _, doc := range docs {
		if isObject(doc.Content[0]) {
			objects = append(objects, doc.Content[0])
		}
	}
	return objects, err
}

// isObject says whether a document is a Kubernetes object.
func isObject(n *yaml.Node) bool { return krm.Text(n, "apiVersion") != "" && krm.Text(n, "kind") != "" }

func groupOf(n *yaml.Node) string {
	group, _, _ := strings.Cut(krm.Text(n, "apiVersion"), "/")
	return group
}

func isOurs(n *yaml.Node) bool { return groupOf(n) == v1alpha1.Group }

// isLocal says whether an object is for tools, and none for a cluster.
func isLocal(n *yaml.Node) bool {
	return isOurs(n) || groupOf(n) == "kustomize.config.k8s.io" ||
		krm.Text(n, "metadata", "annotations", "config.kubernetes.io/local-config") == "true"
}
