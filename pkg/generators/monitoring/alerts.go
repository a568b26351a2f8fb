package monitoring

import (
	"errors"
	"fmt"

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
// the rules; none where the site has no rules. Rules that others wrote may not be
// readable, which the error says; the rest is there all the same.
func Alerts(objects []generators.Object) (out []Alert, err error) {
	for _, o := range objects {
		file, wrong := rulesIn(o)
		if wrong != nil {
			err = errors.Join(err, fmt.Errorf("%s/%s: its rules cannot be read: %w", o.GetNamespace(), o.GetName(), wrong))
		}
		for _, g := range file.Groups {
			for _, r := range g.Rules {
				if r.Alert != "" {
					out = append(out, Alert{r.Alert, r.Labels["severity"], r.For, r.Expr})
				}
			}
		}
	}
	return out, err
}

// rulesIn are the rules that an object holds.
func rulesIn(o generators.Object) (file groupFile, err error) {
	switch o := o.(type) {
	case *PrometheusRule:
		return o.Spec, nil
	case *corev1.ConfigMap:
		err = yaml.Unmarshal([]byte(o.Data[RulesFile]), &file)
	}
	return file, err
}
