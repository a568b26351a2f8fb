package v1alpha1

import (
	"math"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Readers of a site's metrics.
const (
	// OperatorPrometheus is the Prometheus Operator: PodMonitor and
	// PrometheusRule of monitoring.coreos.com/v1.
	OperatorPrometheus = "Prometheus"
	// OperatorAzureManaged is the Azure Monitor managed service for
	// Prometheus: PodMonitor of azmonitoring.coreos.com/v1.
	OperatorAzureManaged = "AzureManaged"
	// OperatorNone is a Prometheus that finds pods by their annotations.
	OperatorNone = "None"
)

// Where the service level is measured.
const (
	// MeasurePods counts what the site's own sidecars saw.
	MeasurePods = "Pods"
	// MeasureGateway counts what the ingress gateway saw.
	MeasureGateway = "Gateway"
)

// Metrics add what Prometheus needs to scrape the site, alerts on its service
// level, and a Grafana dashboard. `metrics: {}` adds all of it.
type Metrics struct {
	// Operator is the program that reads the site's objects. Prometheus
	// generates PodMonitor and PrometheusRule for the Prometheus Operator.
	// AzureManaged generates a PodMonitor for Azure Monitor's managed
	// Prometheus. None is for a Prometheus that finds pods by their
	// prometheus.io annotations. With the latter two the rules are a file in a
	// ConfigMap. Default: Prometheus.
	// +kubebuilder:validation:Enum=Prometheus;AzureManaged;None
	// +optional
	Operator string `json:"operator,omitempty"`

	// Labels by which a Prometheus picks PodMonitors and PrometheusRules; also
	// those of the ConfigMap that holds the rules.
	// Default: none. Example: release: kube-prometheus-stack
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// Namespace that Prometheus scrapes from; in a mesh the NetworkPolicies
	// open the metrics ports to it only. Default: none, any namespace.
	// +optional
	Namespace string `json:"namespace,omitempty"`

	// Interval between two scrapes, whole seconds, at most 1m: the shortest
	// window of a rule is five minutes. Default: 30s.
	// +optional
	Interval *metav1.Duration `json:"interval,omitempty"`

	// Rules are recording rules and alerts.
	// +optional
	Rules MetricsRules `json:"rules,omitempty"`

	// RunbookURL is where you publish what the command runbook prints for the
	// site, without a query or a fragment. Each alert gets the annotation
	// runbook_url: this URL, # and the alert's name in lower case, which is the
	// anchor of its section. Default: none, no annotation.
	// Example: https://wiki.example.com/goproxy/RUNBOOK.md
	// +optional
	RunbookURL string `json:"runbookURL,omitempty"`

	// SLO is the service level that the alerts watch over.
	// +optional
	SLO SLO `json:"slo,omitempty"`

	// Dashboard is a Grafana dashboard in a ConfigMap.
	// +optional
	Dashboard Dashboard `json:"dashboard,omitempty"`
}

// MetricsRules are recording rules and alerts.
type MetricsRules struct {
	// Enabled adds them to the output. Default: true.
	// +optional
	Enabled *bool `json:"enabled,omitempty"`
}

// SLO is the service level that the alerts watch over. Targets are percentages
// of requests in 30 days, from 94% (an alert on a fast burn can never fire
// below) to less than 100%.
type SLO struct {
	// MeasuredAt is where requests and their duration are measured. Pods: the
	// sidecars of the site's pods, which are scraped here. Gateway: the ingress
	// gateway, which also sees requests that never reached a pod; its own pods
	// must be scraped by the mesh's owner. Only in a mesh. Default: Pods.
	// +kubebuilder:validation:Enum=Pods;Gateway
	// +optional
	MeasuredAt string `json:"measuredAt,omitempty"`

	// Availability is the share of requests that are not answered with 5xx.
	// Default: 99.9%.
	// +optional
	Availability Percent `json:"availability,omitempty"`

	// ListLatency is the share of `@v/list`, `@latest` and checksums that lathens
	// answers within a time. Only in a mesh and with lathens.
	// Default: 99% within 500ms.
	// +optional
	ListLatency LatencySLO `json:"listLatency,omitempty"`

	// ColdFetch is the share of versions that Athens did not hold and fetched
	// within a time. Only with Athens v0.17.0 and later.
	// Default: 95% within 30s.
	// +optional
	ColdFetch LatencySLO `json:"coldFetch,omitempty"`

	// CacheHitRatio is the share of requests that Athens (.mod and .zip) and
	// lathens (lists) must answer from their cache, 0% to 100%, over six hours.
	// Default: 50%.
	// +optional
	CacheHitRatio Percent `json:"cacheHitRatio,omitempty"`

	// WarmedWithin is the longest time since crathens' last successful run.
	// Default: twice the longest pause between two runs of crathens.schedule,
	// and crathens.deadline.
	// +optional
	WarmedWithin *metav1.Duration `json:"warmedWithin,omitempty"`
}

// LatencySLO is a share of requests that must be answered within a time.
type LatencySLO struct {
	// Target is the share. Default: given by the field that holds it.
	// +optional
	Target Percent `json:"target,omitempty"`

	// Threshold is the time: a boundary of the histogram's buckets.
	// listLatency takes 1ms, 5ms, 10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 1s,
	// 2.5s, 5s, 10s or 30s (Istio); coldFetch takes 50ms, 100ms, 200ms, 500ms,
	// 1s, 2s, 5s, 10s or 30s (Athens). Default: given by the field that holds
	// it.
	// +optional
	Threshold *metav1.Duration `json:"threshold,omitempty"`
}

// Dashboard is a Grafana dashboard in a ConfigMap, for Grafana's sidecar.
type Dashboard struct {
	// Enabled adds it to the output. Default: true.
	// +optional
	Enabled *bool `json:"enabled,omitempty"`

	// Labels by which the sidecar finds the ConfigMap.
	// Default: grafana_dashboard: "1".
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// Folder of Grafana, as the sidecar's annotation grafana_folder.
	// Default: none, Grafana's own default.
	// +optional
	Folder string `json:"folder,omitempty"`
}

// Percent is a share with its sign, 0% to 100% with at most three decimals, as
// in 99.9%.
//
// +kubebuilder:validation:Pattern=`^(100(\.0{1,3})?|[0-9]{1,2}(\.[0-9]{1,3})?)%$`
type Percent string

// Unit is the sign that every Percent ends with.
func (Percent) Unit() string { return "%" }

// Fraction of a Percent: 0.999 for 99.9%; false if it is not one from 0% to
// 100%, with at most three digits behind the point.
func (p Percent) Fraction() (float64, bool) {
	f, ok := p.Number()
	return math.Round(f*1000) / 100_000, ok
}

// Number before the sign of a Percent: 99.9 for 99.9%; false as with Fraction.
func (p Percent) Number() (float64, bool) {
	number, ok := strings.CutSuffix(string(p), "%")
	_, decimals, _ := strings.Cut(number, ".")
	if !ok || number == "" || !inSet(number, digits+".") || len(decimals) > 3 {
		return 0, false
	}
	f, err := strconv.ParseFloat(number, 64)
	return f, err == nil && f <= 100
}
