package transformers_test

import (
	"bytes"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/kio"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/transformers"
)

var _ kio.Filter = &transformers.Filter{}

// TestFilter_RunsInAPipeline runs a transformer as programs with kyaml do.
func TestFilter_RunsInAPipeline(t *testing.T) {
	config := &v1alpha1.MeshEnrolment{
		Spec: v1alpha1.MeshEnrolmentSpec{Workloads: []v1alpha1.WorkloadSelector{{Kind: "Deployment"}}, Revision: "r"},
	}
	config.Default()
	filter := &transformers.Filter{Edit: transformers.Enrolment(config)}
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
	if out, err := run(false); err == nil || !strings.Contains(err.Error(), "has YAML anchors, aliases or merge keys") || out != "" {
		t.Errorf("aliases: %v\n%s", err, out)
	}
}
