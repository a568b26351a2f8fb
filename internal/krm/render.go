package krm

import (
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/transformers"
)

// Process does what the kind of the configuration asks for: it edits the items
// of the list, or makes those of the sites. Problems are in l.Results; with an
// error among them the items are as they were.
func (l *ResourceList) Process(within limits.Set) {
	if l.FunctionConfig == nil || !transformers.IsConfig(l.FunctionConfig) {
		l.Render(within, ByOverlay)
		return
	}
	if l.RefuseRepeated(transformers.Reads(l.FunctionConfig)); l.Results.Failed() {
		return
	}
	for _, f := range transformers.Transform(l.FunctionConfig, l.Items) {
		severity := Warning
		if f.Wrong {
			severity = Error
		}
		l.Results = append(l.Results, Result{Severity: severity, Field: f.Path, Message: f.Message, Object: f.Object})
	}
}

// Render is the whole pipeline: the sites of a list become the objects of one
// cluster, which are merged into the list. Problems are in l.Results; if one is
// an error, the items are as they were. Choose is as in LoadOneCluster.
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
