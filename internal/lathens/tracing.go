package lathens

import (
	"context"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/gomods/athens-kfn/internal/goproxy"
	"github.com/gomods/athens-kfn/internal/tracing"
)

// Tracing makes spans for requests and for calls to the upstream. A nil
// Tracing makes none; callers' headers then go upstream as they came.
type Tracing struct {
	tracer     trace.Tracer
	propagator propagation.TextMapPropagator
	follows    bool // the caller's decision
}

// NewTracing makes spans with a provider.
func NewTracing(provider trace.TracerProvider) *Tracing {
	return &Tracing{
		tracer:     provider.Tracer("github.com/gomods/athens-kfn/internal/lathens"),
		propagator: tracing.Propagator(),
		follows:    tracing.ParentBased(),
	}
}

// unsampled tells from a W3C traceparent, without making a span, that it would
// not be recorded. False where B3 headers could say otherwise.
func unsampled(h http.Header) bool {
	parent := h["Traceparent"]
	return len(parent) == 1 && len(parent[0]) == len("00-")+32+1+16+len("-00") && strings.HasPrefix(parent[0], "00-") && strings.HasSuffix(parent[0], "-00") &&
		h["B3"] == nil && h["X-B3-Traceid"] == nil
}

// server starts the span of a request, unless its caller decided against one.
func (t *Tracing) server(r *http.Request) (*http.Request, func(result)) {
	if t == nil || t.follows && unsampled(r.Header) {
		return r, func(result) {}
	}
	ctx := t.propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx, span := t.tracer.Start(ctx, r.Method+" "+string(goproxy.KindOf(r.URL.Path)),
		trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("http.request.method", r.Method), attribute.String("url.path", r.URL.Path)))
	return r.WithContext(ctx), func(outcome result) {
		span.SetAttributes(attribute.String("lathens.result", string(outcome)))
		span.End()
	}
}

func (t *Tracing) client(ctx context.Context, path string) (context.Context, func(error)) {
	if t == nil {
		return ctx, func(error) {}
	}
	ctx, span := t.tracer.Start(ctx, "fetch "+string(goproxy.KindOf(path)),
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("url.path", path)))
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}
}

// detach gives a context that outlives the request the request's span.
func (t *Tracing) detach(ctx context.Context, r *http.Request) context.Context {
	if t == nil {
		return ctx
	}
	if span := trace.SpanContextFromContext(r.Context()); span.IsValid() {
		return trace.ContextWithSpanContext(ctx, span)
	}
	return t.propagator.Extract(ctx, propagation.HeaderCarrier(r.Header)) // see unsampled
}

func (t *Tracing) inject(ctx context.Context, header http.Header) {
	if t != nil {
		t.propagator.Inject(ctx, propagation.HeaderCarrier(header))
	}
}
