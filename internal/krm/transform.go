package krm

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/transformers"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Transform edits the items as functionConfig says, which is the configuration
// of a transformer. With an error in l.Results, no item was changed.
func (l *ResourceList) Transform() {
	edit, problems := Transformer(l.FunctionConfig)
	l.Results.Add(l.FunctionConfig, problems)
	if l.RefuseRepeated(transformers.Reads(l.FunctionConfig)); !l.Results.Failed() {
		l.Edit(edit)
	}
}

// Edit edits the items and adds the findings to the results, by default as ones
// about functionConfig. With an error among them, no item was changed.
//
// An alias or a merge key makes one node part of several places. Items with
// those are edited as copies in which they are written out, and the copy takes
// the place of its item only if something changed.
func (l *ResourceList) Edit(edit transformers.Edit) {
	items := make([]*yaml.RNode, len(l.Items))
	copies := tree.Expander{Left: ManifestParts}
	for i, item := range l.Items {
		written := copies.WriteOut(item)
		if written == nil {
			l.Results.fail(tree.Deref(item), "", tree.ErrAliases.Error())
			return
		}
		items[i] = yaml.NewRNode(written)
	}
	filter := transformers.Filter{Edit: edit}
	_, err := filter.Filter(items)
	for _, f := range filter.Findings {
		severity := Warning
		if f.Wrong {
			severity = Error
		}
		if f.Object == nil {
			f.Object = l.FunctionConfig
		}
		l.Results = append(l.Results, Result{Severity: severity, Field: f.Path, Message: f.Message, Object: f.Object})
	}
	if err == nil {
		l.replace(items)
	}
}

// replace puts copies in the place of the items that changed. Their anchors go,
// so whatever refers to an anchor outside itself is written out too.
func (l *ResourceList) replace(items []*yaml.RNode) {
	changed := make([]bool, len(items))
	some := false
	for i, item := range l.Items {
		copies := tree.Expander{Left: ManifestParts}
		changed[i] = tree.Shares(item) && !tree.Equal(copies.WriteOut(item), items[i].YNode())
		some = some || changed[i]
	}
	if !some {
		return
	}
	for i, item := range l.Items {
		if changed[i] || !tree.Alone(item) {
			l.Items[i] = items[i].YNode()
		}
	}
	if l.root == nil {
		return
	}
	for i := 1; i < len(l.root.Content); i += 2 {
		if v := l.root.Content[i]; l.root.Content[i-1].Value != "items" && !tree.Alone(v) {
			l.root.Content[i] = (&tree.Expander{Left: ManifestParts}).Copy(v)
		}
	}
}
