package v1alpha1

import (
	"slices"
	"time"

	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/span"
)

// leastTarget is where an error budget is so large that an error rate of 100 %
// is no fast burn: 14.4 times the budget is more than everything.
const leastTarget = 0.94

// longestInterval gives a window of five minutes the samples that a rate needs.
const longestInterval = time.Minute

// listBuckets are the boundaries of istio_request_duration_milliseconds that a
// list may be held to, and fetchBuckets those of
// proxy_upstream_fetch_duration_seconds (Athens' pkg/observ/metrics.go).
func listBuckets() []time.Duration {
	return milliseconds(1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000)
}

func fetchBuckets() []time.Duration {
	return milliseconds(50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000)
}

func milliseconds(n ...time.Duration) []time.Duration {
	for i := range n {
		n[i] *= time.Millisecond
	}
	return n
}

// metrics checks how the site is watched.
func (r *rules) metrics() {
	const path = "spec.metrics"
	m := r.spec.Metrics
	if m == nil {
		return
	}
	r.enum(child(path, "operator"), m.Operator, OperatorPrometheus, OperatorAzureManaged, OperatorNone)
	r.labels(child(path, "labels"), m.Labels)
	r.optional(child(path, "namespace"), m.Namespace, dnsLabel)
	if at := child(path, "interval"); r.seconds(at, m.Interval) && m.Interval.Duration > longestInterval {
		r.add(at, "%s is too long: the rules look at five minutes, in which a rate needs several samples; write at most %s", span.Short(m.Interval.Duration), span.Short(longestInterval))
	}
	r.optional(child(path, "runbookURL"), m.RunbookURL, httpURL)
	r.labels(path+".dashboard.labels", m.Dashboard.Labels)
	r.check(path+".dashboard.folder", visible(m.Dashboard.Folder))
	r.slo()
}

func (r *rules) slo() {
	const path = "spec.metrics.slo"
	s := &r.spec.Metrics.SLO
	r.enum(child(path, "measuredAt"), s.MeasuredAt, MeasurePods, MeasureGateway)
	r.target(child(path, "availability"), s.Availability)
	r.latency(child(path, "listLatency"), s.ListLatency, listBuckets(), "Istio's request durations")
	r.latency(child(path, "coldFetch"), s.ColdFetch, fetchBuckets(), "Athens' fetch durations")
	if _, ok := s.CacheHitRatio.Fraction(); !ok {
		r.add(child(path, "cacheHitRatio"), "%q is not a share; write 0%% to 100%%, as in 50%%", string(s.CacheHitRatio))
	}
	r.seconds(child(path, "warmedWithin"), s.WarmedWithin)
}

// target checks the share of requests that an SLO promises.
func (r *rules) target(path string, p Percent) {
	switch f, ok := p.Fraction(); {
	case !ok:
		r.add(path, "%q is not a share; write a percentage with at most three decimals, as in 99.9%%", string(p))
	case f >= 1:
		r.add(path, "%s leaves no room for a single error, so the alerts would always fire; write less, as in 99.9%%", p)
	case f < leastTarget:
		r.add(path, "%s allows so many errors that the alert on a fast burn could never fire; write at least 94%%", p)
	}
}

func (r *rules) latency(path string, l LatencySLO, buckets []time.Duration, of string) {
	r.target(child(path, "target"), l.Target)
	if slices.Contains(buckets, l.Threshold.Duration) {
		return
	}
	var known []string
	for _, b := range buckets {
		known = append(known, span.Short(b))
	}
	r.add(child(path, "threshold"), "%s is not a boundary of a bucket of %s, so faster requests could not be counted; write %s", span.Short(l.Threshold.Duration), of, orList(known))
}

// labels checks the labels of an object.
func (r *rules) labels(path string, m map[string]string) {
	r.mapKeys(path, m)
	for _, k := range sortedKeys(m) {
		r.labelValue(child(path, k), m[k])
	}
}

// Has says whether the site's release of Athens has a feature.
func (a *Athens) Has(f releases.Feature) bool { return releases.Has(a.Version, f) }
