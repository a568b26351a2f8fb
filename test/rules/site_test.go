package rules

import (
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators/monitoring"
)

// specs are sites that differ in what can be counted.
var specs = map[string]string{
	"mesh":       `{metrics: {}}`,
	"gateway":    `{metrics: {slo: {measuredAt: Gateway}}}`,
	"azure":      `{metrics: {operator: AzureManaged, slo: {listLatency: {threshold: 2.5s}}}, mesh: {revision: asm-1-30}}`,
	"old Athens": `{metrics: {}, athens: {version: v0.16.0}}`,
	"new Athens": `{metrics: {}, athens: {version: v0.19.0}, mesh: {mode: None}}`,
	"no mesh":    `{metrics: {operator: None}, mesh: {mode: None}}`,
	"password":   `{metrics: {}, athens: {basicAuth: {secretRef: {name: s}}}}`,
	"no lathens": `{metrics: {}, lathens: {enabled: false}, crathens: {enabled: false}}`,
}

func newSite(t *testing.T, spec string) *v1alpha1.AthensSite {
	t.Helper()
	return spectest.Sound(t, "modules", spec)
}

func newParser() parser.Parser { return parser.NewParser(parser.Options{}) }

// ruleFile is the text of a site's rules, as Prometheus reads it.
func ruleFile(t *testing.T, spec string) []byte {
	t.Helper()
	return rulesOf(t, newSite(t, spec))
}

// rulesOf a site, from wherever they stand.
func rulesOf(t *testing.T, site *v1alpha1.AthensSite) []byte {
	t.Helper()
	objects := monitoring.Rules(site)
	if len(objects) != 1 {
		t.Fatalf("%d objects, want one", len(objects))
	}
	switch o := objects[0].(type) {
	case *corev1.ConfigMap:
		return []byte(o.Data[monitoring.RulesFile])
	case *monitoring.PrometheusRule:
		text, err := yaml.Marshal(o.Spec)
		if err != nil {
			t.Fatal(err)
		}
		return text
	default:
		t.Fatalf("a %T", o)
		return nil
	}
}

// parsed rules of a site, by Prometheus' own reader.
func parsed(t *testing.T, spec string) []rulefmt.Rule {
	t.Helper()
	groups, errs := rulefmt.Parse(ruleFile(t, spec), false, model.UTF8Validation, newParser(), promslog.NewNopLogger())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var out []rulefmt.Rule
	for _, g := range groups.Groups {
		out = append(out, g.Rules...)
	}
	return out
}
