package lathens

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/sdk/trace"
)

const (
	traceID     = "0af7651916cd43dd8448eb211c80319c"
	spanID      = "b7ad6b7169203331"
	traceparent = "00-" + traceID + "-" + spanID + "-01"
)

// Only what has the form of a trace's header goes into a call that many share.
func TestShareableHeaders(t *testing.T) {
	good := http.Header{
		"Traceparent": {traceparent}, "Tracestate": {"a=1,b@c=x y"},
		"B3": {traceID + "-" + spanID + "-1-" + spanID}, "X-B3-Traceid": {spanID}, "X-B3-Spanid": {spanID},
		"X-B3-Parentspanid": {spanID}, "X-B3-Sampled": {"1"}, "X-B3-Flags": {"0"},
		"X-Request-Id": {"7d3e8a0e-3a4c-9d8b-b0a5-1f6c4f0a7f11"}, "X-Ot-Span-Context": {"1;2;3"},
	}
	if got := shareable(good); !maps.EqualFunc(got, good, slices.Equal) {
		t.Errorf("got %v, want all of %v", got, good)
	}
	long := strings.Repeat("a", 9000)
	for name := range good {
		for _, values := range [][]string{
			nil, {}, {""}, {" "}, {long}, {good[name][0] + long}, {good[name][0] + "\n"}, {"é"}, {"\x1b[2J"}, {"<script>"},
			{good[name][0], good[name][0]},
		} {
			h := http.Header{name: values}
			if name != "Traceparent" {
				h.Set("Traceparent", traceparent)
			}
			if got, found := shareable(h)[name]; found {
				t.Errorf("%s: %.60q goes on as %.60q", name, values, got)
			}
		}
	}
	for name, value := range map[string]string{
		"Traceparent": "00-" + strings.ToUpper(traceID) + "-" + spanID + "-01", "Tracestate": "no state", "B3": traceID, "X-B3-Sampled": "yes",
		"Baggage": "user=1", "Cookie": "a=1", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "other",
		"User-Agent": "x", "Accept-Encoding": "gzip", "Range": "bytes=0-1", "If-None-Match": "*", "Proxy-Authorization": "Basic x",
	} {
		if got := shareable(http.Header{name: {value}}); len(got) > 0 {
			t.Errorf("%v goes on", got)
		}
	}
	if got := shareable(http.Header{"Tracestate": {"a=1"}}); len(got) > 0 {
		t.Errorf("%v goes on without a traceparent", got)
	}
}

// fussy is an upstream that finds fault with each header that a caller could
// have sent, and has a list for requests without one.
func fussy(status int) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		for name := range r.Header {
			if !slices.Contains([]string{"Accept-Encoding", "User-Agent", "X-Forwarded-Proto"}, name) {
				return says(status, "your "+name)(r)
			}
		}
		return says(http.StatusOK, newList)(r)
	}
}

// headers are what a hostile caller sends.
var headers = []http.Header{
	{"Baggage": {"k=" + strings.Repeat("a", 9000)}},
	{"Tracestate": {"k=" + strings.Repeat("a", 9000)}, "Traceparent": {traceparent}},
	{"Traceparent": {traceparent}}, {"B3": {"0"}}, {"X-Request-Id": {"or=1"}}, {"X-B3-Traceid": {traceID}},
	{"Tracestate": {"a=' or 1=1--"}, "Traceparent": {traceparent}},
}

// Whatever a caller sends, what others get, and what is kept, is what it would be
// without him.
func TestOneCallersHeadersAreHisOwn(t *testing.T) {
	tracing := NewTracing(trace.NewTracerProvider())
	for _, status := range []int{400, 401, 403, 405, 407, 413, 414, 418, 421, 431, 451, 494, 500, 503} {
		for n, header := range headers {
			for _, traced := range []*Tracing{nil, tracing} {
				t.Run(fmt.Sprint(status, n, traced != nil), func(t *testing.T) {
					bubbleWith(t, func(c *Config) { c.Tracing = traced }, func(t *testing.T, p *Proxy, up *upstream) {
						up.set(after(time.Second, fussy(status)))
						hostile := func(path string) *http.Request {
							r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
							r.Header = header.Clone()
							return r
						}
						var all sync.WaitGroup
						all.Go(func() { do(p, hostile(listPath)) })
						synctest.Wait()
						all.Go(func() { want(t, "who waits with him", get(p, listPath), 200, "miss", "0", newList) })
						all.Wait()
						time.Sleep(DefaultTTL + DefaultStaleWhileRevalidate)
						do(p, hostile(listPath))
						up.says(500, "down")
						time.Sleep(DefaultTTL)
						if got := get(p, listPath); got.Status != 200 || got.Body != newList {
							t.Errorf("later, with the upstream down: %+v", got)
						}
					})
				})
			}
		}
	}
}

// 401, 403 and 451 take a list away, for all; other errors are failures.
func TestWhatTakesAListAway(t *testing.T) {
	for status := 400; status < 600; status++ {
		bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
			get(p, listPath)
			up.says(status, "why")
			time.Sleep(DefaultTTL + DefaultStaleWhileRevalidate)
			got, taken := get(p, listPath), status == 401 || status == 403 || status == 451
			if taken && (got.Status != status || got.Lathens != "miss") || !taken && (got.Lathens != "stale" || got.Body != oldList) {
				t.Errorf("%d: got %+v", status, got)
			}
			if n := p.lists.cache.EstimatedSize(); (n == 0) != taken {
				t.Errorf("%d: %d answers are kept", status, n)
			}
		})
	}
}

// Without a list to fall back to, the upstream's own error goes to all who wait,
// and is not kept.
func TestErrorsOfTheRequestAreNotKept(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		up.says(http.StatusBadRequest, "bad path")
		want(t, "first", get(p, listPath), 400, "miss", "0", "bad path")
		want(t, "second", get(p, listPath), 400, "miss", "0", "bad path")
	})
}
