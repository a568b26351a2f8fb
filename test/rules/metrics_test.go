package rules

import (
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/prometheus/promql/parser"
	"golang.org/x/mod/semver"

	"github.com/gomods/athens-kfn/internal/crathens"
	"github.com/gomods/athens-kfn/internal/lathens"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/monitoring"
)

// elsewhere are the metrics of programs that are not ours.
var elsewhere = []string{
	"up", "ALERTS", // Prometheus
	// Istio's standard metrics, https://istio.io/latest/docs/reference/config/metrics/, 2026-11.
	"istio_requests_total", "istio_request_duration_milliseconds",
	// kube-state-metrics v2.17, docs/metrics/workload, 2026-11.
	"kube_deployment_status_replicas_available", "kube_deployment_spec_replicas",
	"kube_pod_container_status_running", "kube_pod_container_status_ready", "kube_pod_container_status_restarts_total",
	"kube_cronjob_status_last_successful_time", "kube_cronjob_created",
	"kube_job_status_start_time", "kube_job_status_succeeded",
	// The kubelet's cAdvisor.
	"container_memory_working_set_bytes", "container_cpu_usage_seconds_total",
}

// ofAthens are Athens' own, by the releases that have them: observed at
// /metrics of v0.18.0, and read in pkg/observ of v0.16.0, v0.17.0 and of main
// (ceac51b3, 2026-06-19), which has OpenTelemetry in place of OpenCensus.
var ofAthens = []struct{ name, from, to string }{
	{"proxy_opencensus_io_http_server_latency", "v0.0.0", "v0.18.0"},
	{"proxy_opencensus_io_http_server_response_count_by_status_code", "v0.0.0", "v0.18.0"},
	{"proxy_cache_lookup_total", "v0.17.0", "v9.0.0"},
	{"proxy_upstream_fetch_total", "v0.17.0", "v9.0.0"},
	{"proxy_upstream_fetch_duration_seconds", "v0.17.0", "v9.0.0"},
}

// known metrics of a site with some release of Athens.
func known(t *testing.T, athens string) []string {
	t.Helper()
	out := slices.Clone(elsewhere)
	for _, m := range ofAthens {
		if semver.Compare(m.from, athens) <= 0 && semver.Compare(athens, m.to) <= 0 {
			out = append(out, m.name)
		}
	}
	return append(out, ours(t)...)
}

// ours are what lathens and crathens register.
func ours(t *testing.T) []string {
	t.Helper()
	registry := prometheus.NewRegistry()
	upstream := &url.URL{Scheme: "http", Host: "athens"}
	lathens.New(&lathens.Config{
		Upstream: upstream, MaxBytes: companions.LathensMaxBytes, MaxUpstream: 1, MaxWaiting: 1,
		Transport: http.DefaultTransport, Log: slog.New(slog.DiscardHandler), Registry: registry,
	})
	site, err := crathens.ParseSite(upstream.String())
	if err != nil {
		t.Fatal(err)
	}
	crathens.New(crathens.Config{Athens: site, Metrics: registry, Log: slog.New(slog.DiscardHandler)})
	descriptions := make(chan *prometheus.Desc, 100)
	registry.Describe(descriptions)
	close(descriptions)
	var out []string
	for d := range descriptions {
		out = append(out, regexp.MustCompile(`fqName: "([^"]+)"`).FindStringSubmatch(d.String())[1])
	}
	if len(out) < 10 {
		t.Fatalf("lathens and crathens have %d metrics", len(out))
	}
	return out
}

// TestMetricsExist wants every metric that is asked for to be one of a program
// of the site, or to be recorded.
func TestMetricsExist(t *testing.T) {
	asked := map[string]bool{}
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) {
			site := newSite(t, spec)
			names := known(t, site.Spec.Athens.Version)
			var exprs []string
			for _, r := range parsed(t, spec) {
				exprs = append(exprs, r.Expr)
				if r.Record != "" {
					names = append(names, r.Record)
				}
			}
			for _, panel := range panels(t, spec) {
				exprs = append(exprs, panel.query)
			}
			for _, expr := range exprs {
				for _, metric := range metricsOf(t, expr) {
					asked[metric] = true
					if !slices.ContainsFunc(names, func(n string) bool { return isMetric(metric, n) }) {
						t.Errorf("no program has the metric %s, which is asked for by %s", metric, expr)
					}
				}
			}
		})
	}
	if len(asked) < 15 {
		t.Errorf("%d metrics are asked for: nothing is proved", len(asked))
	}
}

// isMetric knows the series of a histogram.
func isMetric(series, name string) bool {
	rest, ok := strings.CutPrefix(series, name)
	return ok && slices.Contains([]string{"", "_bucket", "_sum", "_count"}, rest)
}

// metricsOf parses an expression.
func metricsOf(t *testing.T, expr string) []string {
	t.Helper()
	parsed, err := newParser().ParseExpr(expr)
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	var out []string
	parser.Inspect(parsed, func(n parser.Node, _ []parser.Node) error {
		if s, ok := n.(*parser.VectorSelector); ok {
			out = append(out, s.Name)
		}
		return nil
	})
	return out
}

// TestScalerQuery parses what KEDA asks.
func TestScalerQuery(t *testing.T) {
	const keda = `athens: {storage: {gcs: {bucket: gomods}}, replicas: 2, autoscaling: {maxReplicas: 6, keda: {serverAddress: "http://prometheus.monitoring.svc:9090"}}}`
	for _, spec := range []string{`{` + keda + `}`, `{mesh: {mode: None}, ` + keda + `}`} {
		found := false
		for _, o := range generators.AthensWorkload(newSite(t, spec)) {
			s, ok := o.(*generators.ScaledObject)
			if !ok {
				continue
			}
			found = true
			for _, metric := range metricsOf(t, s.Spec.Triggers[0].Metadata["query"]) {
				if !slices.ContainsFunc(known(t, "v0.18.0"), func(n string) bool { return isMetric(metric, n) }) {
					t.Errorf("no program has the metric %s", metric)
				}
			}
		}
		if !found {
			t.Errorf("%s: no ScaledObject", spec)
		}
	}
}

// TestVersions: what only some releases count is not asked of others.
func TestVersions(t *testing.T) {
	for name, want := range map[string][2][]string{
		"mesh":       {{"AthensAvailabilityBurn", "AthensListLatencyBurn", "AthensColdFetchBurn", "AthensLockOrStorageErrors", "CrathensStale", "LathensDown"}, nil},
		"old Athens": {{"AthensAvailabilityBurn", "AthensListLatencyBurn"}, {"AthensColdFetchBurn", "AthensCacheHitRatioLow", "AthensLockOrStorageErrors"}},
		"new Athens": {{"AthensColdFetchBurn", "LathensCacheHitRatioLow"}, {"AthensAvailabilityBurn", "AthensListLatencyBurn"}},
		"no mesh":    {{"AthensAvailabilityBurn", "AthensColdFetchBurn"}, {"AthensListLatencyBurn", "AthensLockOrStorageErrors"}},
		"password":   {{"AthensAvailabilityBurn"}, {"AthensColdFetchBurn", "LathensDown"}},
		"no lathens": {{"AthensAvailabilityBurn"}, {"AthensListLatencyBurn", "LathensDown", "LathensCacheHitRatioLow", "CrathensStale"}},
	} {
		var alerts []string
		for _, r := range parsed(t, specs[name]) {
			alerts = append(alerts, r.Alert)
		}
		for _, a := range want[0] {
			if !slices.Contains(alerts, a) {
				t.Errorf("%s: no %s", name, a)
			}
		}
		for _, a := range want[1] {
			if slices.Contains(alerts, a) {
				t.Errorf("%s: %s, which cannot work", name, a)
			}
		}
	}
	if objects := monitoring.Rules(newSite(t, `{}`)); objects != nil {
		t.Error("rules that the spec does not ask for")
	}
}
