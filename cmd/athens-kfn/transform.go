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
	list.Transform()
}
