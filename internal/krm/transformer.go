package krm

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/transformers"
)

// Transformer reads the configuration of a transformer (see
// transformers.IsConfig). With problems the edit must not be used.
func Transformer(config *yaml.Node) (transformers.Edit, problem.Problems) {
	if IDOf(config).Kind == v1alpha1.MeshEnrolmentKind {
		c, problems := strict.Load[v1alpha1.MeshEnrolment](config)
		return transformers.Enrolment(c), problems
	}
	c, problems := strict.Load[v1alpha1.MeshReferences](config)
	return transformers.References(c), problems
}
