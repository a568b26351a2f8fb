package transformers_test

import (
	"bytes"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/gomods/athens-kfn/pkg/transformers"
)

var _ kio.Filter = &transformers.Filter{}

// TestFilter_RunsInAPipeline runs a transformer as programs with kyaml do.
func TestFilter_RunsInAPipeline(t *testing.T) {
	filter := &transformers.Filter{Edit: func(items []*yaml.Node) []transformers.Finding {
		return transformers.Transform(config(t, transformers.EnrolmentKind, "{workloads: [{kind: Deployment}], revision: r}"), items)
	}}
	const aliases = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: &l {app: web}}\n  template: {metadata: {labels: *l}}\n"
	run := func(deAnchor bool) (string, error) {
		var out bytes.Buffer
		err := kio.Pipeline{
			Inputs:  []kio.Reader{&kio.ByteReader{Reader: strings.NewReader(aliases), AnchorsAweigh: deAnchor, OmitReaderAnnotations: true}},
			Filters: []kio.Filter{filter},
			Outputs: []kio.Writer{kio.ByteWriter{Writer: &out}},
		}.Execute()
		return out.String(), err
	}
	if out, err := run(true); err != nil || !strings.Contains(out, "matchLabels: {app: web}") || !strings.Contains(out, "labels: {app: web, istio.io/rev: r}") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := run(false); err == nil || !strings.Contains(err.Error(), "has YAML aliases or merge keys") || out != "" {
		t.Errorf("aliases: %v\n%s", err, out)
	}
}
