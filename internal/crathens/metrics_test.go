package crathens

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
)

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewPedanticRegistry()
		s := small()
		s.Upstream["example.com/a"] = append(s.Upstream["example.com/a"], "v1.2.0")
		s.Fault = failing(athenstest.Status(http.StatusInternalServerError, ""), func(r *http.Request) bool {
			return strings.HasSuffix(r.URL.Path, "v1.1.0.info")
		})
		cfg := offline(t, s)
		cfg.Metrics = registry
		New(cfg).Run(t.Context())
		const want = `
# HELP crathens_catalog_rows_total Stored versions read from catalogs.
# TYPE crathens_catalog_rows_total counter
crathens_catalog_rows_total 1
# HELP crathens_failures_total Lists, versions and catalogs that were given up.
# TYPE crathens_failures_total counter
crathens_failures_total 1
# HELP crathens_modules Modules of this walk.
# TYPE crathens_modules gauge
crathens_modules 1
# HELP crathens_modules_done_total Modules that are done.
# TYPE crathens_modules_done_total counter
crathens_modules_done_total 1
# HELP crathens_requests_total Requests sent, each attempt counted, by kind (catalog, list, latest, info, mod, zip, go-sum) and status; code 0 means no valid answer.
# TYPE crathens_requests_total counter
crathens_requests_total{code="200",kind="catalog"} 1
crathens_requests_total{code="200",kind="info"} 1
crathens_requests_total{code="200",kind="list"} 1
crathens_requests_total{code="200",kind="mod"} 1
crathens_requests_total{code="500",kind="info"} 4
# HELP crathens_versions_new_total Versions to warm that Athens did not hold.
# TYPE crathens_versions_new_total counter
crathens_versions_new_total 2
# HELP crathens_versions_warmed_total Versions that Athens stored.
# TYPE crathens_versions_warmed_total counter
crathens_versions_warmed_total 1
`
		if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "crathens_catalog_rows_total", "crathens_failures_total",
			"crathens_modules", "crathens_modules_done_total", "crathens_requests_total", "crathens_versions_new_total",
			"crathens_versions_warmed_total"); err != nil {
			t.Error(err)
		}
		problems, err := testutil.GatherAndLint(registry)
		if err != nil || len(problems) > 0 {
			t.Error(err, problems)
		}
	})
}
