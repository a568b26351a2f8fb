package outdir

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// Render plans a directory of sound sites: those of one cluster go into the
// directory itself, and each region of the others into a folder of its name.
// Problems with what is rendered are in the results.
func Render(dir string, sites []*yaml.Node, within limits.Set) (plan *Plan, results krm.Results, err error) {
	var clusters []Cluster
	var whole []string
	for _, c := range krm.Clusters(sites) {
		list := &krm.ResourceList{Items: c.Sites}
		made := list.Render(within, krm.ByFlag)
		results = append(results, list.Results...)
		clusters = append(clusters, Cluster{Folder: c.Folder, Made: made})
		whole = append(whole, c.Whole...)
	}
	if results.Failed() {
		return nil, results, nil
	}
	plan, err = New(dir, clusters, whole)
	return plan, results, err
}
