package main

import (
	"errors"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// writeRegions writes sound sites into a directory: those without regions, or
// with one chosen, into the directory itself, and for each region of the others
// a folder of its name. Nothing is touched unless all of it can be done.
func writeRegions(dir string, sites []*yaml.Node) error {
	var folders []folder
	var problems []error
	for _, region := range regionsOf(sites) {
		list := &krm.ResourceList{Items: within(sites, region)}
		plan, err := planDir(filepath.Join(dir, region), render(list))
		folders, problems = append(folders, plan), append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	for _, f := range folders {
		if err := f.write(); err != nil {
			return err
		}
	}
	return nil
}

// regionsOf are the regions that sites have to be rendered for, in the order of
// their specs; an empty name stands for sites that need none.
func regionsOf(sites []*yaml.Node) (names []string) {
	for _, node := range sites {
		site, _ := v1alpha1.Load(node)
		for _, name := range unchosen(site) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// within are the sites that a region has, each with that region chosen.
func within(sites []*yaml.Node, region string) (out []*yaml.Node) {
	for _, node := range sites {
		site, _ := v1alpha1.Load(node)
		if !slices.Contains(unchosen(site), region) {
			continue
		}
		if region != "" {
			node = krm.InRegion(node, region)
		}
		out = append(out, node)
	}
	return out
}

// unchosen are the regions of a site among which nobody has chosen.
func unchosen(site *v1alpha1.AthensSite) []string {
	if site.Spec.Region != "" || len(site.Spec.Regions) == 0 {
		return []string{""}
	}
	names := make([]string, len(site.Spec.Regions))
	for i, r := range site.Spec.Regions {
		names[i] = r.Name
	}
	return names
}
