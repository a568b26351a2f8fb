package transformers

import (
	"errors"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Filter is a transformer as a kio.Filter of kyaml.
type Filter struct {
	// Edit is what it does: Transform with a configuration.
	Edit func(items []*yaml.Node) []Finding
	// Findings are what the last run had to say.
	Findings []Finding
}

// Filter edits the items in place. Aliases and merge keys make one node part of
// several places: items must have none, as after RNode.DeAnchor. The error is
// the findings that are wrong; no item was changed then.
func (f *Filter) Filter(items []*yaml.RNode) ([]*yaml.RNode, error) {
	f.Findings = nil
	nodes := make([]*yaml.Node, len(items))
	for i, item := range items {
		if nodes[i] = item.YNode(); shares(nodes[i]) {
			f.Findings = append(f.Findings, Finding{true, nodes[i], "", "has YAML aliases or merge keys: write them out"})
		}
	}
	if len(f.Findings) == 0 {
		f.Findings = f.Edit(nodes)
	}
	var wrong []error
	for _, finding := range f.Findings {
		if finding.Wrong {
			wrong = append(wrong, errors.New(strings.TrimPrefix(finding.Path+": "+finding.Message, ": ")))
		}
	}
	return items, errors.Join(wrong...)
}

func shares(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || n.Tag == yaml.MergeTag || slices.ContainsFunc(n.Content, shares)
}
