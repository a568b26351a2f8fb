package lathens

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	oteltrace "go.opentelemetry.io/otel/trace"
)

func TestMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	bubbleWith(t, func(c *Config) { c.Registry = registry }, func(_ *testing.T, p *Proxy, up *upstream) {
		get(p, listPath)
		get(p, listPath)
		get(p, "/catalog")
		time.Sleep(DefaultTTL)
		get(p, listPath)
		synctest.Wait()
		up.says(http.StatusNotFound, "not found")
		get(p, "/example.com/none/@latest")
		get(p, "/example.com/none/@latest")
	})
	if err := testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP lathens_requests_total Requests by what the cache did: hit, stale, miss, negative, bypass or rejected (too many wait).
# TYPE lathens_requests_total counter
lathens_requests_total{result="bypass"} 1
lathens_requests_total{result="hit"} 1
lathens_requests_total{result="miss"} 2
lathens_requests_total{result="negative"} 1
lathens_requests_total{result="rejected"} 0
lathens_requests_total{result="stale"} 1
# HELP lathens_stale_served_total Stale answers by reason: revalidating, failed, held (too early to ask again), slow or busy (too many wait).
# TYPE lathens_stale_served_total counter
lathens_stale_served_total{reason="revalidating"} 1
# HELP lathens_cache_entries Cached answers.
# TYPE lathens_cache_entries gauge
lathens_cache_entries 2
# HELP lathens_cache_max_bytes The bound of lathens_cache_bytes.
# TYPE lathens_cache_max_bytes gauge
lathens_cache_max_bytes 1.00663296e+08
# HELP lathens_upstream_in_flight Lists and checksums that are asked for upstream just now.
# TYPE lathens_upstream_in_flight gauge
lathens_upstream_in_flight 0
`), "lathens_requests_total", "lathens_stale_served_total", "lathens_cache_entries", "lathens_cache_max_bytes", "lathens_upstream_in_flight"); err != nil {
		t.Error(err)
	}
	if n, err := testutil.GatherAndCount(registry, "lathens_upstream_duration_seconds", "lathens_cache_bytes"); err != nil || n != 3 {
		t.Errorf("%d series (%v), want list good, latest negative and the bytes", n, err)
	}
}

// A caller's trace goes on in our spans and at the upstream, in both header
// styles.
func TestTracing(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	tracing := NewTracing(trace.NewTracerProvider(trace.WithSpanProcessor(recorder)))
	const id = "0af7651916cd43dd8448eb211c80319c"
	for name, value := range map[string]string{
		"Traceparent": "00-" + id + "-b7ad6b7169203331-01",
		"B3":          id + "-b7ad6b7169203331-1",
	} {
		recorder.Reset()
		bubbleWith(t, func(c *Config) { c.Tracing = tracing }, func(t *testing.T, p *Proxy, up *upstream) {
			for _, path := range []string{listPath, "/example.com/mod/@v/v1.0.0.info"} {
				r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
				r.Header.Set(name, value)
				do(p, r)
				h := up.last().Header
				if got := h.Get("Traceparent"); !strings.HasPrefix(got, "00-"+id) {
					t.Errorf("%s, %s: traceparent %q", name, path, got)
				}
				if got := h.Get("X-B3-Traceid"); got != id {
					t.Errorf("%s, %s: x-b3-traceid %q", name, path, got)
				}
			}
		})
		var spans []string
		for _, s := range recorder.Ended() {
			spans = append(spans, s.Name())
			if got := s.SpanContext().TraceID().String(); got != id {
				t.Errorf("%s: trace %s", s.Name(), got)
			}
		}
		if diff := cmp.Diff([]string{"fetch list", "GET list", "GET other"}, spans); diff != "" {
			t.Error(diff)
		}
	}
}

// Where the caller decided that nothing is recorded, no span is made, and the
// decision goes on to the upstream. A sampler that decides for itself sees all.
func TestNoSpansForUnsampledCallers(t *testing.T) {
	const id, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	for name, c := range map[string]struct {
		sampler string
		header  [2]string
		starts  bool
	}{
		"unsampled":                     {"", [2]string{"Traceparent", "00-" + id + "-" + span + "-00"}, false},
		"parent-based":                  {"parentbased_traceidratio", [2]string{"Traceparent", "00-" + id + "-" + span + "-00"}, false},
		"the sampler decides":           {"always_on", [2]string{"Traceparent", "00-" + id + "-" + span + "-00"}, true},
		"sampled":                       {"", [2]string{"Traceparent", "00-" + id + "-" + span + "-01"}, true},
		"no decision":                   {"", [2]string{"X-Other", "1"}, true},
		"malformed":                     {"", [2]string{"Traceparent", "00-00"}, true},
		"B3, which only the SDK judges": {"", [2]string{"B3", id + "-" + span + "-0"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if c.sampler != "" {
				t.Setenv("OTEL_TRACES_SAMPLER", c.sampler)
			}
			counted := &counting{TracerProvider: trace.NewTracerProvider()}
			tracing := NewTracing(counted)
			bubbleWith(t, func(c *Config) { c.Tracing = tracing }, func(t *testing.T, p *Proxy, up *upstream) {
				for _, path := range []string{listPath, "/example.com/mod/@v/v1.0.0.info", listPath} {
					r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
					r.Header.Set(c.header[0], c.header[1])
					do(p, r)
				}
				if (counted.servers > 0) != c.starts {
					t.Errorf("%d spans of requests", counted.servers)
				}
				for _, asked := range up.asked {
					if got := asked.Header.Get("Traceparent"); c.header[0] == "Traceparent" && !c.starts && (!strings.Contains(got, id) || !strings.HasSuffix(got, "-00")) {
						t.Errorf("%s goes on with %q", asked.URL, got)
					}
				}
			})
		})
	}
}

// counting counts the spans of requests, those that are not recorded too.
type counting struct {
	*trace.TracerProvider
	servers int
}

func (c *counting) Tracer(name string, options ...oteltrace.TracerOption) oteltrace.Tracer {
	return tracer{c.TracerProvider.Tracer(name, options...), c}
}

type tracer struct {
	oteltrace.Tracer
	count *counting
}

func (t tracer) Start(ctx context.Context, name string, options ...oteltrace.SpanStartOption) (context.Context, oteltrace.Span) {
	if strings.HasPrefix(name, http.MethodGet) {
		t.count.servers++
	}
	return t.Tracer.Start(ctx, name, options...)
}
