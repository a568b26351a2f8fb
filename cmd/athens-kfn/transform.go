package main

import (
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
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
	if list.RefuseRepeated(transformers.Reads(config)); list.Results.Failed() {
		return
	}
	references, problems := strict.Load[v1alpha1.MeshReferences](config)
	edit := func() []transformers.Finding { return transformers.References(references, list.Items) }
	if krm.IDOf(config).Kind == v1alpha1.MeshEnrolmentKind {
		enrolment, wrong := strict.Load[v1alpha1.MeshEnrolment](config)
		problems, edit = wrong, func() []transformers.Finding { return transformers.Enrolment(enrolment, list.Items) }
	}
	if list.Results.Add(config, problems); len(problems) > 0 {
		return
	}
	for _, f := range edit() {
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
