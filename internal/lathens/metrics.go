package lathens

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/gomods/athens-kfn/internal/goproxy"
)

// Why a stale answer was served.
const (
	whyRevalidating = "revalidating" // a fresh one is being fetched
	whyFailed       = "failed"       // the upstream failed or lost the module
	whyHeld         = "held"         // it is too early to ask again
	whySlow         = "slow"         // the upstream takes too long
	whyBusy         = "busy"         // too many callers wait
)

type metrics struct {
	requests map[result]prometheus.Counter
	stale    *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

func newMetrics(p *Proxy) *metrics {
	waiting, factory := &p.callers, promauto.With(p.cfg.Registry)
	sum := func(of func(*store) float64) func() float64 {
		return func() float64 { return of(p.lists) + of(p.sums) }
	}
	requests := factory.NewCounterVec(prometheus.CounterOpts{
		Name: "lathens_requests_total",
		Help: "Requests by what the cache did: hit, stale, miss, negative, bypass or rejected (too many wait).",
	}, []string{"result"})
	m := &metrics{
		requests: map[result]prometheus.Counter{},
		stale: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "lathens_stale_served_total",
			Help: "Stale answers by reason: revalidating, failed, held (too early to ask again), slow or busy (too many wait).",
		}, []string{"reason"}),
		latency: factory.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "lathens_upstream_duration_seconds",
			Help:    "Time of one call to the upstream, by kind (list, latest, sumdb) and outcome.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"kind", "outcome"}),
		inFlight: factory.NewGauge(prometheus.GaugeOpts{
			Name: "lathens_upstream_in_flight",
			Help: "Lists and checksums that are asked for upstream just now.",
		}),
	}
	for _, r := range []result{hit, stale, miss, absent, bypassed, rejected} {
		m.requests[r] = requests.WithLabelValues(string(r))
	}
	for name, gauge := range map[string]struct {
		help string
		read func() float64
	}{
		"lathens_cache_bytes":     {"Memory of the cached answers.", sum(func(s *store) float64 { return float64(s.cache.WeightedSize()) })},
		"lathens_cache_max_bytes": {"The bound of lathens_cache_bytes.", sum(func(s *store) float64 { return float64(s.cache.GetMaximum()) })},
		"lathens_waiting":         {"Callers who wait for the upstream; one who is passed on counts as several.", func() float64 { return float64(waiting.now.Load()) }},
		"lathens_max_waiting":     {"The bound of lathens_waiting.", func() float64 { return float64(waiting.max) }},
		"lathens_queued":          {"Lists and checksums that wait for their turn to be asked for.", sum(func(s *store) float64 { return float64(s.calls.waiting()) })},
		"lathens_cache_entries":   {"Cached answers.", sum(func(s *store) float64 { return float64(s.cache.EstimatedSize()) })},
	} {
		factory.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: gauge.help}, gauge.read)
	}
	factory.NewCounterFunc(prometheus.CounterOpts{
		Name: "lathens_turns_ended_total",
		Help: "Calls to the upstream that were ended, to be made again later, because other lists waited for their turn.",
	}, func() float64 { return float64(p.lists.calls.ended()) })
	return m
}

// upstream counts one call.
func (m *metrics) upstream(kind goproxy.Kind, v verdict, took time.Duration) {
	m.latency.WithLabelValues(string(kind), v.String()).Observe(took.Seconds())
}

// String is the outcome's label in metrics.
func (v verdict) String() string {
	return [...]string{
		good: "good", negative: "negative", oversized: "oversized",
		failed: "failed", refused: "refused", passed: "passed",
	}[v]
}
