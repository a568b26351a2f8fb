package strict_test

import (
	"os"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func BenchmarkLoad(b *testing.B) {
	data, err := os.ReadFile("../../examples/production/site.yaml")
	if err != nil {
		b.Fatal(err)
	}
	var n yaml.Node
	if err := yaml.Unmarshal(data, &n); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, p := strict.Load[v1alpha1.AthensSite](&n); len(p) > 0 {
			b.Fatal(p)
		}
	}
}
