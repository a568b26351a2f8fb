package main

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/gomods/athens-kfn/internal/tracing"
)

// traced makes a span of every request, so that what Athens does for crathens
// is found under it. Without a collector in the environment the transport is
// as it was.
func traced(ctx context.Context, transport http.RoundTripper, log *slog.Logger) (http.RoundTripper, func(), error) {
	provider, flush, err := tracing.Provider(ctx, program, log)
	if provider == nil {
		return transport, flush, err
	}
	return otelhttp.NewTransport(transport,
		otelhttp.WithTracerProvider(provider),
		otelhttp.WithPropagators(tracing.Propagator()),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string {
			return r.Method + " " + kindOf(r.URL.Path)
		}),
	), flush, nil
}

// kindOf is what spans of one kind share in their names.
func kindOf(path string) string {
	switch {
	case strings.HasSuffix(path, "/catalog"):
		return "catalog"
	case strings.HasSuffix(path, "/@latest"):
		return "latest"
	case strings.HasSuffix(path, ".info"):
		return "info"
	case strings.HasSuffix(path, ".mod"):
		return "mod"
	case strings.HasSuffix(path, ".zip"):
		return "zip"
	case strings.HasSuffix(path, "/@v/list"):
		return "list"
	}
	return "go-sum"
}
