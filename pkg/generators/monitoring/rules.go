package monitoring

import (
	"bytes"
	"slices"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// PrometheusRule is the Prometheus Operator's, monitoring.coreos.com/v1.
type PrometheusRule = generators.Custom[groupFile]

// groupFile is what Prometheus reads rules from.
type groupFile struct {
	Groups []ruleGroup `json:"groups" yaml:"groups"`
}

// ruleGroup is rules that are evaluated one after the other.
type ruleGroup struct {
	Name  string      `json:"name" yaml:"name"`
	Rules []alertRule `json:"rules" yaml:"rules"`
}

// alertRule records a series, or alerts.
type alertRule struct {
	Record      string            `json:"record,omitempty" yaml:"record,omitempty"`
	Alert       string            `json:"alert,omitempty" yaml:"alert,omitempty"`
	Expr        string            `json:"expr" yaml:"expr"`
	For         string            `json:"for,omitempty" yaml:"for,omitempty"`
	Labels      map[string]string `json:"labels,omitempty" yaml:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty" yaml:"annotations,omitempty"`
}

// Severities, as the Kubernetes mixins have them.
const (
	critical = "critical" // get up
	warning  = "warning"  // look at it this week
)

// RulesFile is the key of the ConfigMap that holds the rules where there is no
// PrometheusRule.
const RulesFile = "rules.yaml"

// Rules are the recording rules and alerts of a site: a PrometheusRule or,
// where no operator reads one, the same as a file in a ConfigMap.
func Rules(site *v1alpha1.AthensSite) []generators.Object {
	m := site.Spec.Metrics
	if m == nil || !*m.Rules.Enabled {
		return nil
	}
	file := ruleFile(site)
	if m.Operator != v1alpha1.OperatorPrometheus {
		return []generators.Object{&corev1.ConfigMap{
			TypeMeta:   generators.Type("v1", "ConfigMap"),
			ObjectMeta: meta(site, generators.Name(site, "rules"), m.Labels),
			Data:       map[string]string{RulesFile: text(file)},
		}}
	}
	return []generators.Object{&PrometheusRule{
		TypeMeta:   generators.Type(groups()[m.Operator], "PrometheusRule"),
		ObjectMeta: meta(site, site.Name, m.Labels),
		Spec:       file,
	}}
}

func ruleFile(site *v1alpha1.AthensSite) groupFile {
	var file groupFile
	for _, i := range indicators(site) {
		file.Groups = append(file.Groups, ruleGroup{
			Name:  site.Name + "-" + i.name,
			Rules: slices.Concat(recordings(site, i), burnAlerts(site, i)),
		})
	}
	file.Groups = append(file.Groups, ruleGroup{Name: site.Name + "-health", Rules: healthAlerts(site)})
	return file
}

// text of a file of rules. A struct of strings has nothing to fail on.
func text(file groupFile) string {
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	e.CompactSeqIndent()
	if err := e.Encode(file); err != nil {
		panic(err)
	}
	return out.String()
}
