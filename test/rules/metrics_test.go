package rules

import (
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"golang.org/x/mod/semver"

	"github.com/gomods/athens-kfn/internal/crathens"
	"github.com/gomods/athens-kfn/internal/lathens"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/monitoring"
)

// series is a metric with its own labels.
type series struct {
	name   string
	labels []string
}

// scraped are the labels that a scrape adds, and those by which a Prometheus of
// several clusters and regions tells them apart.
var scraped = []string{"namespace", "pod", "container", "job", "instance", "cluster", "region"}

// elsewhere are the metrics of testdata/metrics.txt that a release of Athens brings, or
// that have nothing to do with it.
func elsewhere(t *testing.T, athens string) (out []series) {
	t.Helper()
	text, err := os.ReadFile("testdata/metrics.txt")
	if err != nil {
		t.Fatal(err)
	}
	there := true
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "from":
			there = semver.Compare(words[1], athens) <= 0
		case words[0] == "to":
			there = semver.Compare(athens, words[1]) <= 0
		case there:
			out = append(out, series{words[0], words[1:]})
		}
	}
	return out
}

// known metrics of a site with some release of Athens.
func known(t *testing.T, athens string) []series {
	t.Helper()
	return append(elsewhere(t, athens), ours(t)...)
}

// ours are what lathens and crathens register.
func ours(t *testing.T) []series {
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
	var out []series
	for d := range descriptions {
		found := regexp.MustCompile(`fqName: "([^"]+)".* variableLabels: {([^}]*)}`).FindStringSubmatch(d.String())
		out = append(out, series{found[1], strings.Split(found[2], ",")})
	}
	if len(out) < 10 {
		t.Fatalf("lathens and crathens have %d metrics", len(out))
	}
	return out
}

// TestMetricsExist wants every metric that is asked for to be one of a program of the
// site, or to be recorded, and to have the labels that it is asked by: a query for a
// label that is not there finds nothing, and an alert on it never fires.
func TestMetricsExist(t *testing.T) {
	asked := map[string]bool{}
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) {
			site := newSite(t, spec)
			all := known(t, site.Spec.Athens.Version)
			var exprs []string
			for _, r := range parsed(t, spec) {
				exprs = append(exprs, r.Expr)
				if r.Record != "" {
					all = append(all, series{r.Record, slices.Collect(maps.Keys(r.Labels))})
				}
			}
			for _, panel := range panels(t, spec) {
				exprs = append(exprs, panel.query)
			}
			for _, expr := range exprs {
				for _, wrong := range unknown(t, all, expr) {
					t.Error(wrong)
				}
				for _, metric := range metricsOf(t, expr) {
					asked[metric] = true
				}
			}
		})
	}
	if len(asked) < 15 {
		t.Errorf("%d metrics are asked for: nothing is proved", len(asked))
	}
}

// watched are the queries in the table of a runbook.
var watched = regexp.MustCompile("(?m)^\\| [^|`]+ \\| `([^`]+)` \\|")

// watches are the queries that runbooks tell operators to watch, each with a runbook
// that has it.
func watches(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../../testdata/runbook/*.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range watched.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(row[1], "{namespace=") { // else it is another table
				out[row[1]] = path
			}
		}
	}
	if len(out) < 5 {
		t.Fatalf("%d queries are in %d runbooks: nothing is proved", len(out), len(paths))
	}
	return out
}

// What a runbook tells operators to watch exists too.
func TestMetricsExist_InRunbooks(t *testing.T) {
	all := known(t, v1alpha1.AthensVersion)
	for expr, path := range watches(t) {
		for _, wrong := range unknown(t, all, expr) {
			t.Errorf("%s: %s", path, wrong)
		}
	}
}

// Metrics and labels that are not there are seen, wherever they stand.
func TestMetricsExist_NamesWhatDoesNot(t *testing.T) {
	all := known(t, v1alpha1.AthensVersion)
	for expr, want := range map[string]string{
		`kube_pod_container_status_runing`:                                      "no program has the metric kube_pod_container_status_runing",
		`kube_cronjob_created{job_name="a"}`:                                    "kube_cronjob_created has no label job_name",
		`sum by (code) (rate(istio_requests_total[5m]))`:                        "no series has the label code",
		`up unless on (deployment) kube_deployment_spec_replicas`:               "",
		`up unless on (deploy) kube_deployment_spec_replicas`:                   "no series has the label deploy",
		`sum by (le) (rate(proxy_upstream_fetch_duration_seconds_bucket[5m]))`:  "",
		`proxy_upstream_fetch_duration_seconds_count{le="30"}`:                  "proxy_upstream_fetch_duration_seconds_count has no label le",
		`lathens_requests_total{result="hit",cluster=~"$cluster"}`:              "",
		`sum(rate(lathens_requests_total{results="hit"}[5m])) or vector(0) > 1`: "lathens_requests_total has no label results",
	} {
		if got := strings.Join(unknown(t, all, expr), "\n"); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", expr, got, want)
		}
	}
}

// unknown are the metrics and labels in an expression that no series has.
func unknown(t *testing.T, all []series, expr string) (out []string) {
	t.Helper()
	parsed, err := newParser().ParseExpr(expr)
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	had, grouped := slices.Clone(scraped), []string(nil)
	parser.Inspect(parsed, func(n parser.Node, _ []parser.Node) error {
		switch n := n.(type) {
		case *parser.AggregateExpr:
			grouped = append(grouped, n.Grouping...)
		case *parser.BinaryExpr:
			if n.VectorMatching != nil {
				grouped = append(grouped, n.VectorMatching.MatchingLabels...)
			}
		case *parser.VectorSelector:
			i := slices.IndexFunc(all, func(s series) bool { return isMetric(n.Name, s.name) })
			if i < 0 {
				out = append(out, "no program has the metric "+n.Name+", which is asked for by "+expr)
				return nil
			}
			own := slices.Concat(all[i].labels, scraped)
			if strings.HasSuffix(n.Name, "_bucket") {
				own = append(own, "le")
			}
			for _, m := range n.LabelMatchers {
				if m.Name != labels.MetricName && !slices.Contains(own, m.Name) {
					out = append(out, n.Name+" has no label "+m.Name+", which is asked for by "+expr)
				}
			}
			had = append(had, own...)
		}
		return nil
	})
	for _, label := range grouped {
		if !slices.Contains(had, label) {
			out = append(out, "no series has the label "+label+", which is asked for by "+expr)
		}
	}
	return out
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
			for _, wrong := range unknown(t, known(t, v1alpha1.AthensVersion), s.Spec.Triggers[0].Metadata["query"]) {
				t.Error(wrong)
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
