package krm

import (
	"errors"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/transformers"
)

// FromItems makes a ResourceList of nodes that another reader has read.
func FromItems(config *yaml.Node, items []*yaml.Node) (*ResourceList, error) {
	l := &ResourceList{FunctionConfig: config, Items: items}
	return l, errors.Join(append(repeatedConfig(config, "functionConfig"), identities(items, "items")...)...)
}

// Nodes are the items of the list as they are now.
func (l *ResourceList) Nodes() []*yaml.Node {
	out := make([]*yaml.Node, 0, len(l.Items))
	for _, i := range l.items() {
		out = append(out, i.node())
	}
	return out
}

// Process does what the kind of the configuration asks for: it edits the items
// of the list, or makes those of the sites. Problems are in Results; if one is an
// error, the items are as they were.
func (l *ResourceList) Process(within limits.Set) {
	if l.FunctionConfig == nil || !transformers.IsConfig(l.FunctionConfig) {
		l.Render(within, ByOverlay)
		return
	}
	l.Transform()
}

// Render is the whole pipeline: the sites of the list become the objects of one
// cluster, which are merged into the list. Problems are in Results; if one is an
// error, the items are as they were. Choose is as in LoadOneCluster.
func (l *ResourceList) Render(within limits.Set, choose string) []Made {
	return l.MergeSites(l.LoadToRender(within, choose))
}

// MergeSites makes the objects of sites that were loaded from the list, and
// merges them into it.
func (l *ResourceList) MergeSites(sites []*v1alpha1.AthensSite) []Made {
	if l.Results.Failed() {
		return nil
	}
	made := MakeAll(sites)
	l.Merge(made)
	return made
}

// Decode reads the results into another form of what a ResourceList carries.
func (rs Results) Decode(into any) error { return rs.Shown().node().Decode(into) }
