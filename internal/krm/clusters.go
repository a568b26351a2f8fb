package krm

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Cluster is one that sites are rendered for, and the sites that it has, each
// with the region chosen.
type Cluster struct {
	// Folder is the region that this program chose; empty for sites that need
	// none, or have chosen one themselves.
	Folder string
	Sites  []*yaml.Node
	// Whole are the owners of sites that have a cluster for each region.
	Whole []string
}

// Clusters are those of sound sites, in the order of their specs.
func Clusters(sites []*yaml.Node) (out []Cluster) {
	for _, node := range sites {
		site, _ := strict.Load[v1alpha1.AthensSite](node) // error dropped: the sites are sound
		open := site.OpenRegions()
		if len(open) == 0 {
			open = []string{""}
		}
		for _, folder := range open {
			chosen := node
			if folder != "" {
				chosen = InRegion(node, folder)
			}
			i := slices.IndexFunc(out, func(c Cluster) bool { return c.Folder == folder })
			if i < 0 {
				out, i = append(out, Cluster{Folder: folder}), len(out)
			}
			c := &out[i]
			c.Sites = append(c.Sites, chosen)
			if site.Spec.Region == "" {
				c.Whole = append(c.Whole, generators.Owner(site))
			}
		}
	}
	return out
}
