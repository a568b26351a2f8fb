package main

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/outdir"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// cluster is one that sites are rendered for, and the sites that it has, each
// with the region chosen.
type cluster struct {
	// folder is the region that this program chose; empty for sites that need
	// none, or have chosen one themselves.
	folder string
	sites  []*yaml.Node
	// whole are the owners of sites that have a cluster for each region.
	whole []string
}

// clustersOf are the clusters of sound sites, in the order of their specs.
func clustersOf(sites []*yaml.Node) (out []cluster) {
	for _, node := range sites {
		site, _ := v1alpha1.Load(node) // error dropped: the sites are sound
		open := site.OpenRegions()
		if len(open) == 0 {
			open = []string{""}
		}
		for _, folder := range open {
			chosen := node
			if folder != "" {
				chosen = krm.InRegion(node, folder)
			}
			i := slices.IndexFunc(out, func(c cluster) bool { return c.folder == folder })
			if i < 0 {
				out, i = append(out, cluster{folder: folder}), len(out)
			}
			c := &out[i]
			c.sites = append(c.sites, chosen)
			if site.Spec.Region == "" {
				c.whole = append(c.whole, generators.Owner(site))
			}
		}
	}
	return out
}

// planDir plans a directory of sound sites: those of one cluster go into the
// directory itself, and each region of the others into a folder of its name.
// Problems with what is rendered are in the results.
func planDir(dir string, sites []*yaml.Node, within limits.Set) (plan *outdir.Plan, results krm.Results, err error) {
	var clusters []outdir.Cluster
	var whole []string
	for _, c := range clustersOf(sites) {
		list := &krm.ResourceList{Items: c.sites}
		made := list.Render(within, krm.ByFlag)
		results = append(results, list.Results...)
		clusters = append(clusters, outdir.Cluster{Folder: c.folder, Made: made})
		whole = append(whole, c.whole...)
	}
	if results.Failed() {
		return nil, results, nil
	}
	plan, err = outdir.New(dir, clusters, whole)
	return plan, results, err
}
