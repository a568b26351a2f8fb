// Package tracing is how lathens and crathens send spans.
package tracing

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/propagators/b3"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// Propagator reads and writes both kinds of headers: meshes and later versions
// of Athens speak W3C, Athens up to v0.18 B3.
func Propagator() propagation.TextMapPropagator {
	return propagation.NewCompositeTextMapPropagator(
		b3.New(b3.WithInjectEncoding(b3.B3MultipleHeader|b3.B3SingleHeader)),
		propagation.TraceContext{}, propagation.Baggage{},
	)
}

// ParentBased tells whether Provider's sampler follows the decision of the caller,
// as it does by default.
func ParentBased() bool {
	sampler := os.Getenv("OTEL_TRACES_SAMPLER")
	return sampler == "" || strings.HasPrefix(sampler, "parentbased_")
}

// Provider follows the OTEL_ variables, and is nil where they name no
// collector. OTEL_SERVICE_NAME wins over the program's name. flush sends what
// is left, for at most five seconds: the collector may be gone first.
func Provider(ctx context.Context, program string, log *slog.Logger) (provider *trace.TracerProvider, flush func(), err error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" {
		return nil, func() {}, nil
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		log.Warn("tracing failed", "error", err.Error())
	}))
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nil, err
	}
	// Later options win.
	res, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", program)),
		resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, nil, err
	}
	provider = trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(res))
	return provider, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = provider.Shutdown(ctx)
	}, nil
}
