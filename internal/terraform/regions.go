package terraform

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// Regions reads one site within the limits, once for each region that it has
// and has not chosen. Problems with it are in the results; none and several
// sites are errors.
func Regions(operand string, nodes []*yaml.Node, within limits.Set) ([]*v1alpha1.AthensSite, krm.Results, error) {
	list := &krm.ResourceList{Items: slices.Clone(nodes)}
	sites := list.LoadWithin(within)
	switch {
	case list.Results.Failed():
		return nil, list.Results, nil
	case len(sites) > 1:
		return nil, list.Results, fmt.Errorf("%s: holds %d sites, and a configuration is for one: give each a file", operand, len(sites))
	}
	results := list.Results
	var regions []*v1alpha1.AthensSite
	for _, name := range sites[0].OpenRegions() {
		list := &krm.ResourceList{Items: []*yaml.Node{krm.InRegion(nodes[0], name)}}
		regions = append(regions, list.LoadWithin(within)...)
		if results = append(results, list.Results...); results.Failed() {
			return nil, results, nil
		}
	}
	if len(regions) == 0 {
		regions = sites
	}
	return regions, results, nil
}
