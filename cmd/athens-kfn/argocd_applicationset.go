package main

import (
	"cmp"
	"fmt"

	"github.com/urfave/cli/v3"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

func (c console) argocdApplicationSetCommand() *cli.Command {
	return &cli.Command{
		Name:      "applicationset",
		Usage:     "print an ApplicationSet with one Application for each region of a site",
		ArgsUsage: "FILE|DIR|-",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "repo", Usage: "the `URL` of the Git repository that holds the site", Required: true},
			&cli.StringFlag{Name: "path", Usage: "the `DIR` of the site in the repository", Value: "."},
			&cli.StringFlag{Name: "revision", Usage: "the `BRANCH`, tag or commit that is deployed", Value: "HEAD"},
			&cli.StringFlag{Name: "project", Usage: "the AppProject `NAME`; without it the site's name, as in deploy/argocd/project.yaml"},
			&cli.StringFlag{Name: "namespace", Usage: "the `NAMESPACE` that Argo CD watches", Value: "argocd"},
			&cli.BoolFlag{Name: "rendered", Usage: "DIR holds a folder for each region, made by render -o, instead of the site"},
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
	operands := operandsOf(cmd)
	if len(operands) != 1 {
		return c.misuse(cmd, "applicationset takes one FILE, one DIR or -, not %d of them", len(operands))
	}
	sites, code := c.allRegions(operands[0], "")
	var out []*yaml.Node
	for _, site := range sites {
		if len(site.OpenRegions()) == 0 {
			code = max(code, c.fail(fmt.Errorf("%s/%s: spec.regions is empty or spec.region picks one of them: one Application is enough, as in deploy/argocd/application.yaml", site.Namespace, site.Name)))
			continue
		}
		out = append(out, krm.Encode(applicationSetOf(cmd, site)))
	}
	if code != 0 {
		return code
	}
	if err := krm.WriteStream(c.stdout, out...); err != nil {
		return c.fail(err)
	}
	return 0
}

// applicationSetOf has the cluster's name and the region's be one.
func applicationSetOf(cmd *cli.Command, site *v1alpha1.AthensSite) *applicationSet {
	source := applicationSource{
		RepoURL:        cmd.String("repo"),
		TargetRevision: cmd.String("revision"),
		Path:           cmd.String("path"),
	}
	const region = "{{.region}}"
	if cmd.Bool("rendered") {
		source.Path += "/" + region
	} else {
		source.Plugin = &applicationPlugin{Name: program, Parameters: []pluginParameter{{Name: "region", String: region}}}
	}
	var list listGenerator
	for _, name := range site.OpenRegions() {
		list.List.Elements = append(list.List.Elements, regionElement{name})
	}
	return &applicationSet{
		TypeMeta:   generators.Type("argoproj.io/v1alpha1", "ApplicationSet"),
		ObjectMeta: applicationMeta{Name: site.Name, Namespace: cmd.String("namespace")},
		Spec: applicationSetSpec{
			GoTemplate:        true,
			GoTemplateOptions: []string{"missingkey=error"},
			Generators:        []listGenerator{list},
			Template: applicationTemplate{
				Metadata: applicationMeta{Name: site.Name + "-" + region},
				Spec: applicationSpec{
					Project:     cmp.Or(cmd.String("project"), site.Name),
					Destination: applicationDestination{Name: region, Namespace: site.Namespace},
					Source:      source,
					SyncPolicy: syncPolicy{
						Automated:   automatedSync{Prune: true, SelfHeal: true},
						SyncOptions: []string{"ServerSideApply=true"},
					},
				},
			},
		},
	}
}
