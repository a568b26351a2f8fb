package lathens

import (
	"net/http"
	"regexp"

	"go.opentelemetry.io/otel/trace"
)

// maxHeaders is how many header values a request that is passed on may have:
// Envoy's own default. Each costs memory beside its bytes.
const maxHeaders = 100

// maxTracestate is the length that the W3C's specification asks to pass on.
const maxTracestate = 512

// traced are the headers by which traces go on. A call that many callers share
// takes them from the one who starts it, so each has a form that is too narrow
// and short to have an effect on the answer. Baggage is left out: it is any
// text, about one caller.
var traced = []struct {
	name string
	form *regexp.Regexp
}{
	{"Traceparent", regexp.MustCompile(`^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)},
	{"B3", regexp.MustCompile(`^([01d]|[0-9a-f]{16}([0-9a-f]{16})?-[0-9a-f]{16}(-[01d](-[0-9a-f]{16})?)?)$`)},
	{"X-B3-Traceid", regexp.MustCompile(`^[0-9a-f]{16}([0-9a-f]{16})?$`)},
	{"X-B3-Spanid", regexp.MustCompile(`^[0-9a-f]{16}$`)},
	{"X-B3-Parentspanid", regexp.MustCompile(`^[0-9a-f]{16}$`)},
	{"X-B3-Sampled", regexp.MustCompile(`^([01d]|true|false)$`)},
	{"X-B3-Flags", regexp.MustCompile(`^[01]$`)},
	{"X-Request-Id", regexp.MustCompile(`^[0-9A-Za-z._:+/=-]{1,128}$`)},
	{"X-Ot-Span-Context", regexp.MustCompile(`^[0-9A-Za-z._:;+/=-]{1,256}$`)},
}

// shareable are the headers of a caller that a shared call may carry. One that
// is malformed, too long or repeated is left out.
func shareable(from http.Header) http.Header {
	to := http.Header{}
	for _, h := range traced {
		if values := from[h.name]; len(values) == 1 && h.form.MatchString(values[0]) {
			to[h.name] = values
		}
	}
	if state := from["Tracestate"]; len(state) == 1 && len(state[0]) <= maxTracestate && to["Traceparent"] != nil {
		if parsed, err := trace.ParseTraceState(state[0]); err == nil && parsed.Len() > 0 {
			to["Tracestate"] = state
		}
	}
	return to
}

// crowded tells whether a request has more headers than may be passed on.
func crowded(h http.Header) bool {
	n := 0
	for _, values := range h {
		n += len(values)
	}
	return n > maxHeaders
}
