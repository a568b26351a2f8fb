package argocd

import (
	"cmp"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Repository is where Argo CD finds a site, and where its Applications belong.
type Repository struct {
	// URL of the Git repository.
	URL string
	// Path of the site's directory in it.
	Path string
	// Revision is the branch, tag or commit that is deployed.
	Revision string
	// Project is the AppProject; empty for one named as the site.
	Project string
	// Namespace that Argo CD watches.
	Namespace string
	// Rendered says that Path holds a folder for each region, made by
	// render --to, instead of the site.
	Rendered bool
}

// ApplicationSet returns the ApplicationSet with one Application for each region
// of a site. The name of a region is that of its cluster in Argo CD. A site
// without regions, or with a region chosen, is an error.
func ApplicationSet(site *v1alpha1.AthensSite, from Repository) (*yaml.Node, error) {
	if len(site.OpenRegions()) == 0 {
		return nil, fmt.Errorf("%s/%s: spec.regions is empty or spec.region picks one of them: one Application is enough, as in deploy/argocd/application.yaml", site.Namespace, site.Name)
	}
	source := applicationSource{RepoURL: from.URL, TargetRevision: from.Revision, Path: from.Path}
	const region = "{{.region}}"
	if from.Rendered {
		source.Path += "/" + region
	} else {
		source.Plugin = &applicationPlugin{Name: cmdline.Program, Parameters: []pluginParameter{{Name: "region", String: region}}}
	}
	var list listGenerator
	for _, name := range site.OpenRegions() {
		list.List.Elements = append(list.List.Elements, regionElement{name})
	}
	return krm.Encode(&applicationSet{
		TypeMeta:   generators.Type("argoproj.io/v1alpha1", "ApplicationSet"),
		ObjectMeta: applicationMeta{Name: site.Name, Namespace: from.Namespace},
		Spec: applicationSetSpec{
			GoTemplate:        true,
			GoTemplateOptions: []string{"missingkey=error"},
			Generators:        []listGenerator{list},
			Template: applicationTemplate{
				Metadata: applicationMeta{Name: site.Name + "-" + region},
				Spec: applicationSpec{
					Project:     cmp.Or(from.Project, site.Name),
					Destination: applicationDestination{Name: region, Namespace: site.Namespace},
					Source:      source,
					SyncPolicy: syncPolicy{
						Automated:   automatedSync{Prune: true, SelfHeal: true},
						SyncOptions: []string{"ServerSideApply=true"},
					},
				},
			},
		},
	}), nil
}
