package rules

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/rulefmt"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators/monitoring"
)

// TestExamples: Prometheus reads the rules of every example, in each region,
// whether they are an object of their own or a file in a ConfigMap.
func TestExamples(t *testing.T) {
	paths, err := filepath.Glob("../../examples/*/*site.yaml")
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]bool{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		spec, _ := strict.Decode[v1alpha1.AthensSite](inRegion(t, text, ""))
		for _, region := range append([]v1alpha1.Region{{}}, spec.Spec.Regions...) {
			site, problems := strict.Decode[v1alpha1.AthensSite](inRegion(t, text, region.Name))
			if len(problems) > 0 {
				t.Fatal(path, problems)
			}
			site.Default()
			if len(monitoring.Rules(site)) == 0 {
				continue
			}
			_, errs := rulefmt.Parse(rulesOf(t, site), false, model.UTF8Validation, newParser(), promslog.NewNopLogger())
			for _, err := range errs {
				t.Errorf("%s, region %q: %v", path, region.Name, err)
			}
			read[filepath.Base(filepath.Dir(path))] = true
		}
	}
	for _, name := range []string{"aks-multiregion", "observability"} {
		if !read[name] {
			t.Errorf("examples/%s has no rules", name)
		}
	}
}

// inRegion is a site's document with a region chosen.
func inRegion(t *testing.T, text []byte, region string) *yaml.Node {
	t.Helper()
	var doc struct {
		Spec map[string]any `yaml:"spec"`
		Rest map[string]any `yaml:",inline"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if region != "" {
		doc.Spec["region"] = region
	}
	var node yaml.Node
	if err := node.Encode(doc); err != nil {
		t.Fatal(err)
	}
	return &node
}
