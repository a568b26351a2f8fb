package main

import (
	"errors"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// cluster is one that sites are rendered for, and the sites that it has, each
// with the region chosen.
type cluster struct {
	// region is empty for sites that need none, or have chosen one themselves.
	region string
	sites  []*yaml.Node
}

// clustersOf are the clusters of sound sites, in the order of their specs.
func clustersOf(sites []*yaml.Node) (out []cluster) {
	add := func(region string, node *yaml.Node) {
		i := slices.IndexFunc(out, func(c cluster) bool { return c.region == region })
		if i < 0 {
			out, i = append(out, cluster{region: region}), len(out)
		}
		out[i].sites = append(out[i].sites, node)
	}
	for _, node := range sites {
		site, _ := v1alpha1.Load(node)
		open := site.OpenRegions()
		for _, region := range open {
			add(region, krm.InRegion(node, region))
		}
		if len(open) == 0 {
			add("", node)
		}
	}
	return out
}

// writeClusters writes sound sites into a directory: those of one cluster into
// the directory itself, and for each region of the others a folder of its name.
// Nothing is touched unless all of it can be done; problems with what is
// rendered are in the results.
func writeClusters(dir string, sites []*yaml.Node) (results krm.Results, err error) {
	var folders []folder
	var problems []error
	for _, c := range clustersOf(sites) {
		list := &krm.ResourceList{Items: c.sites}
		made := render(list, krm.ByFlag)
		if results = append(results, list.Results...); list.Results.Failed() {
			continue
		}
		plan, err := planDir(filepath.Join(dir, c.region), made)
		folders, problems = append(folders, plan), append(problems, err)
	}
	if err := errors.Join(problems...); err != nil || results.Failed() {
		return results, err
	}
	for _, f := range folders {
		if err := f.write(); err != nil {
			return results, err
		}
	}
	return results, nil
}
