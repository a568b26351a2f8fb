package monitoring

import (
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// Alert is an alert of a site's rules, for a reader of its objects.
type Alert struct {
	// Name of the alert, as in AthensDown.
	Name string
	// Severity is critical or warning.
	Severity string
	// For is how long the expression holds before the alert fires, in
	// Prometheus' form; empty where it fires on the first evaluation.
	For string
	// Expr is PromQL.
	Expr string
}

// Alerts are those that the rules among a site's objects raise, in the order of
// the rules; none where the site has no rules.
func Alerts(objects []generators.Object) (out []Alert) {
	for _, o := range objects {
		for _, g := range rulesIn(o).Groups {
			for _, r := range g.Rules {
				if r.Alert != "" {
					out = append(out, Alert{r.Alert, r.Labels["severity"], r.For, r.Expr})
				}
			}
		}
	}
	return out
}

// rulesIn are the rules that an object holds.
func rulesIn(o generators.Object) (file groupFile) {
	switch o := o.(type) {
	case *PrometheusRule:
		return o.Spec
	case *corev1.ConfigMap:
		if err := yaml.Unmarshal([]byte(o.Data[RulesFile]), &file); err != nil {
			panic(err) // text wrote it
		}
	}
	return file
}
