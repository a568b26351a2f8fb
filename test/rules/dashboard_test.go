package rules

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/generators/monitoring"
)

// panelQuery is one query of the dashboard, with Grafana's variables filled in.
type panelQuery struct{ panel, query string }

func panels(t *testing.T, spec string) []panelQuery {
	t.Helper()
	objects := monitoring.GrafanaDashboard(newSite(t, spec))
	if len(objects) != 1 {
		t.Fatalf("%d objects, want one", len(objects))
	}
	var board monitoring.Dashboard
	for _, text := range objects[0].(*corev1.ConfigMap).Data {
		if err := json.Unmarshal([]byte(text), &board); err != nil {
			t.Fatal(err)
		}
	}
	fill := strings.NewReplacer("$__rate_interval", "5m", "$__range", "6h")
	var out []panelQuery
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			out = append(out, panelQuery{p.Title, fill.Replace(target.Expr)})
		}
	}
	return out
}

// without are the selectors of a query that do not filter by a variable's label.
func without(t *testing.T, query, variable string) (out []string) {
	t.Helper()
	parsed, err := newParser().ParseExpr(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	parser.Inspect(parsed, func(n parser.Node, _ []parser.Node) error {
		if s, ok := n.(*parser.VectorSelector); ok && !slices.ContainsFunc(s.LabelMatchers, func(m *labels.Matcher) bool {
			return m.Name == variable && m.Type == labels.MatchRegexp && m.Value == "$"+variable
		}) {
			out = append(out, s.String())
		}
		return nil
	})
	return out
}

// TestDashboard: every panel asks something that Prometheus can read.
func TestDashboard(t *testing.T) {
	for name, spec := range specs {
		seen := map[string]bool{}
		for _, p := range panels(t, spec) {
			if len(metricsOf(t, p.query)) == 0 {
				t.Errorf("%s: %s asks for nothing", name, p.panel)
			}
			for _, place := range []string{"cluster", "region"} {
				if unplaced := without(t, p.query, place); len(unplaced) > 0 {
					t.Errorf("%s: %s asks for %v of every %s", name, p.panel, unplaced, place)
				}
			}
			seen[p.panel] = true
		}
		if len(seen) < 6 {
			t.Errorf("%s: %d panels", name, len(seen))
		}
	}
	if objects := monitoring.GrafanaDashboard(newSite(t, `{metrics: {dashboard: {enabled: false}}}`)); objects != nil {
		t.Error("a dashboard that the spec does not ask for")
	}
}
