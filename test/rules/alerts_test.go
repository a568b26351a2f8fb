package rules

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
)

// Series as promtool's unit tests write them: start+step×repetitions.
const (
	user = `reporter="destination",source_principal="spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account",destination_workload_namespace="modules",destination_workload="goproxy-athens"`
	list = `reporter="destination",source_principal="spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account",destination_workload_namespace="modules",destination_workload="goproxy-lathens"`
	job  = `namespace="modules",cronjob="goproxy-crathens"`
	fine = `up{namespace="modules"} 1x10000`
	// upstream fails now and then, so that errors are no sign of a lost lock.
	fails = fine + `
			proxy_upstream_fetch_total{namespace="modules",fetch_result="failure"} 0+5x10000`
)

// TestAlerts shows the rules series and wants exactly these alerts.
func TestAlerts(t *testing.T) {
	cases := []struct {
		name, spec string
		series     string
		// step between samples and evaluations; after is when to look.
		step, after time.Duration
		want        []string
	}{
		{"a site that works", "mesh", fine + `
			istio_requests_total{` + user + `,response_code="200"} 0+600x10000
			istio_requests_total{` + user + `,response_code="500"} 0+0x10000
			istio_request_duration_milliseconds_count{` + list + `} 0+600x10000
			istio_request_duration_milliseconds_bucket{` + list + `,le="500"} 0+599x10000
			proxy_upstream_fetch_duration_seconds_count{namespace="modules",fetch_result="success"} 0+60x10000
			proxy_upstream_fetch_duration_seconds_bucket{namespace="modules",fetch_result="success",le="30"} 0+59x10000
			proxy_cache_lookup_total{namespace="modules",cache_type="zip",cache_result="hit"} 0+90x10000
			proxy_cache_lookup_total{namespace="modules",cache_type="zip",cache_result="miss"} 0+10x10000
			proxy_cache_lookup_total{namespace="modules",cache_type="info",cache_result="miss"} 0+500x10000
			lathens_requests_total{namespace="modules",result="hit"} 0+90x10000
			lathens_requests_total{namespace="modules",result="miss"} 0+10x10000
			lathens_requests_total{namespace="modules",result="bypass"} 0+500x10000
			kube_deployment_status_replicas_available{namespace="modules",deployment="goproxy-athens"} 1x10000
			kube_deployment_status_replicas_available{namespace="modules",deployment="goproxy-lathens"} 2x10000
			kube_pod_container_status_running{namespace="modules",container="athens"} 1x10000
			kube_pod_container_status_ready{namespace="modules",container="athens"} 1x10000
			kube_cronjob_created{` + job + `} 0x10000`, time.Minute, 7 * time.Hour, nil},
		{"2 % of errors", "mesh", fails + `
			istio_requests_total{` + user + `,response_code="200"} 0+588x10000
			istio_requests_total{` + user + `,response_code="503"} 0+12x10000`, time.Minute, 2 * time.Hour,
			[]string{"AthensAvailabilityBurn", "AthensAvailabilitySlowBurn"}},
		{"Prometheus 2 and 3 write boundaries in two ways", "mesh", fine + `
			istio_request_duration_milliseconds_count{` + list + `} 0+600x10000
			istio_request_duration_milliseconds_bucket{` + list + `,le="500.0"} 0+599x10000`, time.Minute, 2 * time.Hour, nil},
		{"errors of what is not a user", "mesh", fails + `
			istio_requests_total{` + strings.Replace(user, "istio-ingressgateway-service-account", "other", 1) + `,response_code="503"} 0+1x10000`,
			time.Minute, 2 * time.Hour, nil},
		{"errors that ended", "mesh", fails + `
			istio_requests_total{` + user + `,response_code="200"} 0+588x10000
			istio_requests_total{` + user + `,response_code="503"} 0+12x90 1080x10000`, time.Minute, 125 * time.Minute,
			[]string{"AthensAvailabilitySlowBurn"}},
		{"one failure in a quiet night", "mesh", fine + `
			istio_requests_total{` + user + `,response_code="200"} 0+1x10000
			istio_requests_total{` + user + `,response_code="500"} 0x90 1x10000`, time.Minute, 94 * time.Minute, nil},
		{"0.3 % of errors for days", "mesh", fails + `
			istio_requests_total{` + user + `,response_code="200"} 0+5982x10000
			istio_requests_total{` + user + `,response_code="503"} 0+18x10000`, 10 * time.Minute, 74 * time.Hour,
			[]string{"AthensAvailabilitySlowBurn"}},
		{"slow lists", "mesh", fine + `
			istio_request_duration_milliseconds_count{` + list + `} 0+600x10000
			istio_request_duration_milliseconds_bucket{` + list + `,le="500"} 0+480x10000`, time.Minute, 2 * time.Hour,
			[]string{"AthensListLatencyBurn", "AthensListLatencySlowBurn"}},
		{"slow fetches", "mesh", fine + `
			proxy_upstream_fetch_duration_seconds_count{namespace="modules",fetch_result="success"} 0+60x10000
			proxy_upstream_fetch_duration_seconds_bucket{namespace="modules",fetch_result="success",le="30"} 0+10x10000`, time.Minute, 2 * time.Hour,
			[]string{"AthensColdFetchBurn", "AthensColdFetchSlowBurn"}},
		{"caches that do not help", "mesh", fine + `
			proxy_cache_lookup_total{namespace="modules",cache_type="zip",cache_result="hit"} 0+4x10000
			proxy_cache_lookup_total{namespace="modules",cache_type="zip",cache_result="miss"} 0+6x10000
			lathens_requests_total{namespace="modules",result="miss"} 0+10x10000`, time.Minute, 2 * time.Hour,
			[]string{"AthensCacheHitRatioLow", "LathensCacheHitRatioLow"}},
		{"nothing answers", "mesh", fine + `
			kube_deployment_status_replicas_available{namespace="modules",deployment="goproxy-athens"} 0x10000
			kube_deployment_status_replicas_available{namespace="modules",deployment="goproxy-lathens"} 0x10000`, time.Minute, 10 * time.Minute,
			[]string{"AthensDown", "LathensDown"}},
		{"no storage", "mesh", fine + `
			kube_pod_container_status_running{namespace="modules",container="athens"} 1x10000
			kube_pod_container_status_ready{namespace="modules",container="athens"} 0x10000`, time.Minute, 15 * time.Minute,
			[]string{"AthensStorageUnready"}},
		{"no lock", "mesh", fine + `
			istio_requests_total{` + user + `,response_code="200"} 0+100000x10000
			istio_requests_total{` + user + `,response_code="500"} 0+2x10000`, time.Minute, 30 * time.Minute,
			[]string{"AthensLockOrStorageErrors"}},
		{"upstream fails, and Athens says so", "mesh", fine + `
			istio_requests_total{` + user + `,response_code="200"} 0+100000x10000
			istio_requests_total{` + user + `,response_code="500"} 0+2x10000
			proxy_upstream_fetch_total{namespace="modules",fetch_result="failure"} 0+1x10000`, time.Minute, 30 * time.Minute, nil},
		{"crathens stopped working", "mesh", fine + `
			kube_cronjob_created{` + job + `} 0x10000
			kube_cronjob_status_last_successful_time{` + job + `} 3600x10000`, 10 * time.Minute, 19 * time.Hour, []string{"CrathensStale"}},
		{"crathens never worked", "mesh", fine + `
			kube_cronjob_created{` + job + `} 0x10000`, 10 * time.Minute, 18 * time.Hour, []string{"CrathensStale"}},
		{"Azure: crathens failed, and worked since", "azure", fine + `
			kube_job_status_start_time{namespace="modules",job_name="goproxy-crathens-1"} 60x10000
			kube_job_status_succeeded{namespace="modules",job_name="goproxy-crathens-1"} 0x10000
			kube_job_status_start_time{namespace="modules",job_name="goproxy-crathens-2"} _x72 43200x10000
			kube_job_status_succeeded{namespace="modules",job_name="goproxy-crathens-2"} _x72 1x10000`, 10 * time.Minute, 19 * time.Hour, nil},
		{"Azure: crathens stopped working", "azure", fine + `
			kube_job_status_start_time{namespace="modules",job_name="goproxy-crathens-1"} 3600x10000
			kube_job_status_succeeded{namespace="modules",job_name="goproxy-crathens-1"} 1x10000`, 10 * time.Minute, 19 * time.Hour, []string{"CrathensStale"}},
		{"Azure: crathens never worked", "azure", fine + `
			kube_job_status_start_time{namespace="modules",job_name="goproxy-crathens-1"} 60x10000
			kube_job_status_succeeded{namespace="modules",job_name="goproxy-crathens-1"} 0x10000`, 10 * time.Minute, 18 * time.Hour, []string{"CrathensStale"}},
		{"metrics are not read", "mesh", `up{namespace="modules"} 0x10000`, time.Minute, 20 * time.Minute, []string{"AthensMetricsMissing"}},
		{"the gateway is not read", "gateway", fine, time.Minute, 20 * time.Minute, []string{"AthensMetricsMissing"}},
		{"the gateway counts", "gateway", fine + `
			istio_requests_total{reporter="source",source_workload_namespace="istio-system",destination_service_namespace="modules",response_code="200"} 0+588x10000
			istio_requests_total{reporter="source",source_workload_namespace="istio-system",destination_service_namespace="modules",response_code="503"} 0+12x10000
			istio_requests_total{` + user + `,response_code="200"} 0+600x10000`, time.Minute, 2 * time.Hour,
			[]string{"AthensAvailabilityBurn", "AthensAvailabilitySlowBurn"}},
		{"without a mesh", "no mesh", fine + `
			proxy_opencensus_io_http_server_response_count_by_status_code{namespace="modules",http_status="200"} 0+588x10000
			proxy_opencensus_io_http_server_response_count_by_status_code{namespace="modules",http_status="500"} 0+12x10000`, time.Minute, 2 * time.Hour,
			[]string{"AthensAvailabilityBurn", "AthensAvailabilitySlowBurn"}},
	}
	fired := map[string]bool{}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := firing(t, ruleFile(t, specs[c.spec]), c.series, c.step, c.after)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("alerts (-want +got):\n%s", diff)
			}
			for _, name := range got {
				fired[name] = true
			}
		})
	}
	for _, r := range parsed(t, specs["mesh"]) {
		if r.Alert != "" && !fired[r.Alert] {
			t.Errorf("%s never fired", r.Alert)
		}
	}
}

// firing evaluates rules over series, as promtool test rules does, and names
// the alerts that fire in the end.
func firing(t *testing.T, file []byte, series string, step, after time.Duration) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	var load strings.Builder
	load.WriteString("load " + step.String() + "\n")
	for line := range strings.Lines(series) {
		load.WriteString("  " + strings.TrimSpace(line) + "\n")
	}
	suite, err := promqltest.NewLazyLoader(load.String(), promqltest.LazyLoaderOpts{
		EnableAtModifier: true, EnableNegativeOffset: true, Parser: newParser(),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = suite.Close() }()
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:    rules.EngineQueryFunc(suite.QueryEngine(), suite.Storage()),
		AppendableV2: suite.Storage(),
		Context:      context.Background(),
		NotifyFunc:   func(context.Context, string, ...*rules.Alert) {},
		Logger:       promslog.NewNopLogger(),
		Parser:       newParser(),
	})
	loaded, errs := manager.LoadGroups(step, labels.EmptyLabels(), "", nil, false, path)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	end := time.Unix(0, 0).UTC().Add(after)
	for at := time.Unix(0, 0).UTC(); !at.After(end); at = at.Add(step) {
		suite.WithSamplesTill(at, func(err error) {
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range slices.Sorted(maps.Keys(loaded)) {
				loaded[key].Eval(suite.Context(), at)
			}
		})
	}
	names := map[string]bool{}
	for _, group := range loaded {
		for _, rule := range group.Rules() {
			if err := rule.LastError(); err != nil {
				t.Fatalf("%s: %v", rule.Name(), err)
			}
			if alert, ok := rule.(*rules.AlertingRule); ok && alert.State() == rules.StateFiring {
				names[rule.Name()] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// TestAnnotations: every alert has a summary, a description and a severity.
func TestAnnotations(t *testing.T) {
	for name, spec := range specs {
		for _, r := range parsed(t, spec) {
			if r.Alert == "" {
				continue
			}
			for _, key := range []string{"summary", "description"} {
				if r.Annotations[key] == "" {
					t.Errorf("%s: %s has no %s", name, r.Alert, key)
				}
			}
			if s := r.Labels["severity"]; s != "critical" && s != "warning" {
				t.Errorf("%s: %s has the severity %q", name, r.Alert, s)
			}
		}
	}
}
