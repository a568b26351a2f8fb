package transformers

import (
	"errors"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Filter is a transformer as a kio.Filter of kyaml.
type Filter struct {
	// Edit is References or Enrolment of a configuration.
	Edit Edit
	// Findings are what the last run had to say.
	Findings []Finding
}

// Filter edits the items in place. The error is the findings that are wrong; no
// item was changed then.
func (f *Filter) Filter(items []*yaml.RNode) ([]*yaml.RNode, error) {
	nodes := make([]*yaml.Node, len(items))
	for i, item := range items {
		nodes[i] = item.YNode()
	}
	f.Findings = f.Edit(nodes)
	var wrong []error
	for _, finding := range f.Findings {
		if finding.Wrong {
			wrong = append(wrong, errors.New(strings.TrimPrefix(finding.Path+": "+finding.Message, ": ")))
		}
	}
	return items, errors.Join(wrong...)
}
