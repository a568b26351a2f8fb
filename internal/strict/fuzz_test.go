package strict_test

import (
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/internal/strict/stricttest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Whatever the document, loading it neither panics nor hangs, says the same
// each time, and problems are what Load gives for everything that Decode has
// problems with.
func FuzzLoad(f *testing.F) {
	for _, text := range []string{
		"", "x", "[]", "{}", "~", "? [a]\n: b", minimal, production,
		production + "  region: eastus2\n",
		stricttest.Head + "spec: {host: https://x, athens: {replicas: 9, autoscaling: {maxReplicas: 1}, storage: {disk: {size: 10 GB}, s3: {}}}}",
		stricttest.Head + "spec: &s {athens: &a {env: [*n]}, <<: [*s, *a]}",
		stricttest.Head + "spec: {host: &h a.example.com, athens: &a {image: *h}, regions: [{name: *h, athens: *a}, {<<: *a}], region: *h}",
		"a: &a [x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c, *c]\n",
		stricttest.Head + "spec: {athens: {timeouts: {request: 1e9h}, env: [{valueFrom: {fieldRef: {}}}]}, crathens: {schedule: \"CRON_TZ=\", modules: [\"\"]}}",
		stricttest.Head + "spec: {region: b, regions: [{name: b, overrides: {athens: ~, mesh: [1], edge: {frontDoor: {originTimeout: -1s}}}}]}",
		stricttest.Head + "spec: {athens: {storage: {mongo: {}}, index: {mysql: {}}, singleFlight: {redis: {}}}, tracing: {}}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var n yaml.Node
		if yaml.Unmarshal([]byte(text), &n) != nil {
			return
		}
		site, problems := strict.Load[v1alpha1.AthensSite](&n)
		if site == nil {
			t.Fatal("no site")
		}
		if _, again := strict.Load[v1alpha1.AthensSite](&n); !slices.Equal(problems, again) {
			t.Errorf("two answers:\n%v\n%v", problems, again)
		}
		if _, decoding := strict.Decode[v1alpha1.AthensSite](&n); len(decoding) > 0 && len(problems) == 0 {
			t.Errorf("Load passed what Decode refused: %v", decoding)
		}
		for _, p := range problems {
			if p.Message == "" {
				t.Errorf("%s: no message", p.Path)
			}
		}
	})
}
