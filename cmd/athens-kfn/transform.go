package main

import (
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/transformers"
)

// process does what the kind of the configuration asks for: it edits the items
// of the list, or makes those of the sites.
func process(list *krm.ResourceList, within limits.Set) {
	config := list.FunctionConfig
	if config == nil || !transformers.IsConfig(config) {
		render(list, within, krm.ByOverlay)
		return
	}
	edit, problems := krm.Transformer(config)
	list.Results.Add(config, problems)
	if list.RefuseRepeated(transformers.Reads(config)); list.Results.Failed() {
		return
	}
	for _, f := range edit(list.Items) {
		severity := krm.Warning
		if f.Wrong {
			severity = krm.Error
		}
		if f.Object == nil {
			f.Object = config
		}
		list.Results = append(list.Results, krm.Result{Severity: severity, Field: f.Path, Message: f.Message, Object: f.Object})
	}
}
