package rules

import (
	"encoding/json"
	"strings"
	"testing"

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
	if err := json.Unmarshal([]byte(objects[0].(*corev1.ConfigMap).Data[monitoring.DashboardFile]), &board); err != nil {
		t.Fatal(err)
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

// TestDashboard: every panel asks something that Prometheus can read.
func TestDashboard(t *testing.T) {
	for name, spec := range specs {
		seen := map[string]bool{}
		for _, p := range panels(t, spec) {
			if len(metricsOf(t, p.query)) == 0 {
				t.Errorf("%s: %s asks for nothing", name, p.panel)
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
