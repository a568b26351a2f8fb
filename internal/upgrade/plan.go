package upgrade

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/diff"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// PlanOf is the plan of one site that is sound, with what changes in its
// manifests. What cannot be rendered is in the results, which the error ends.
func PlanOf(node *yaml.Node, to string, from cmdline.Site) (*Plan, krm.Results, error) {
	edited := krm.InVersion(node, to)
	now, _ := strict.Load[v1alpha1.AthensSite](node) // error dropped: the site is sound
	then, problems := strict.Load[v1alpha1.AthensSite](edited)
	field, written := krm.VersionField(node)
	plan := Of(&Site{Now: now, Then: then, Problems: problems, Field: field, Written: written, From: from})
	if len(problems) > 0 || plan.Same() {
		return plan, nil, nil
	}
	before, results, err := diff.Specs(from.File, []*yaml.Node{node})
	if err != nil {
		return nil, results, err
	}
	after, more, err := diff.Specs(from.File, []*yaml.Node{edited})
	results = append(results, more...)
	if err != nil {
		return nil, results, err
	}
	plan.Manifests = diff.Compare(before, after)
	return plan, results, nil
}
