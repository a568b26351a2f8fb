package crathens

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// newMetrics registers what a walk counts; without a registry they go nowhere.
func newMetrics(to prometheus.Registerer, n *counters) *metrics {
	factory := promauto.With(to)
	for _, c := range []struct {
		name, help string
		from       *atomic.Int64
	}{
		{"crathens_catalog_rows_total", "Stored versions read from catalogs.", &n.rows},
		{"crathens_modules_done_total", "Modules that are done.", &n.done},
		{"crathens_versions_new_total", "Versions to warm that Athens did not hold.", &n.fresh},
		{"crathens_versions_warmed_total", "Versions that Athens stored.", &n.warmed},
		{"crathens_gone_total", "Stored modules, and versions, that upstream no longer has.", &n.gone},
		{"crathens_failures_total", "Lists, versions and catalogs that were given up.", &n.failed},
	} {
		factory.NewCounterFunc(prometheus.CounterOpts{Name: c.name, Help: c.help},
			func() float64 { return float64(c.from.Load()) })
	}
	factory.NewGaugeFunc(prometheus.GaugeOpts{Name: "crathens_modules", Help: "Modules of this walk."},
		func() float64 { return float64(n.modules.Load()) })
	return &metrics{
		requests: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "crathens_requests_total",
			Help: "Requests sent, each attempt counted, by kind (catalog, list, latest, info, mod, zip, go-sum) and status; code 0 means no valid answer.",
		}, []string{"kind", "code"}),
		seconds: factory.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "crathens_request_duration_seconds",
			Help:    "Time to the end of the answer, by kind.",
			Buckets: []float64{.01, .05, .25, 1, 5, 15, 60, 180, 660},
		}, []string{"kind"}),
	}
}

func (m *metrics) request(k kind, f *failure, took time.Duration) {
	code := 200
	if f != nil {
		code = f.status
	}
	m.requests.WithLabelValues(string(k), strconv.Itoa(code)).Inc()
	m.seconds.WithLabelValues(string(k)).Observe(took.Seconds())
}
