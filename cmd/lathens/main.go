// Lathens caches the version lists of a Go module proxy.
package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"

	"github.com/gomods/athens-kfn/internal/cli"
	"github.com/gomods/athens-kfn/internal/lathens"
	"github.com/gomods/athens-kfn/internal/tracing"
	"github.com/gomods/athens-kfn/pkg/companions"
)

const program = "lathens"

func main() {
	os.Exit(run(cli.Context(), os.Args[1:], os.Stdout, os.Stderr, func(net.Addr) {}))
}

// run is the program without its process; it tells serving where it listens.
// It returns the exit code: 0 when a signal ended it, 1 when it cannot serve,
// 2 for a wrong command line.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, serving func(net.Addr)) int {
	opts, problems := parse(args)
	switch {
	case opts.help:
		usage(stdout)
		return 0
	case len(problems) > 0:
		return cli.Misuse(stderr, program, problems)
	}
	opts.Log = slog.New(slog.NewJSONHandler(stderr, cli.LogOptions(opts.logLevel)))
	if err := serve(ctx, opts, serving); err != nil {
		opts.Log.Error("cannot serve", "error", err.Error())
		return 1
	}
	return 0
}

// serve serves until the context ends, and then until the requests under way
// are answered.
func serve(ctx context.Context, opts *options, serving func(net.Addr)) (err error) {
	if os.Getenv("GOMEMLIMIT") == "" {
		// Otherwise garbage may take as much as the cache.
		debug.SetMemoryLimit(companions.LathensMemory(opts.MaxBytes, opts.MaxUpstream, opts.MaxWaiting).Go)
	}
	fit(opts)
	listener, err := net.Listen("tcp", opts.listen)
	if err != nil {
		return err
	}
	spans, flush, err := tracing.Provider(ctx, program, opts.Log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer flush()
	if spans != nil {
		opts.Tracing = lathens.NewTracing(spans)
	}
	stopPprof, err := servePprof(opts.pprof, opts.Log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer stopPprof()

	registry := cli.Registry()
	opts.Registry = registry
	transport := lathens.NewTransport(opts.MaxUpstream)
	defer transport.CloseIdleConnections()
	opts.Transport = transport
	proxy := lathens.New(&opts.Config)
	defer proxy.Close()

	e := newEndpoints(registry, proxy)
	opts.Log.Info("serving", "address", listener.Addr().String(), "upstream", opts.Upstream.String(),
		"ttl", opts.TTL.String(), "maxBytes", opts.MaxBytes, "maxWaiting", opts.MaxWaiting, "tracing", spans != nil)
	serving(listener.Addr())
	return e.serve(ctx, listener, opts)
}
