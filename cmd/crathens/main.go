// Crathens warms an Athens: it asks for the .info of new versions, so that
// Athens stores them before a build needs them.
package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/gomods/athens-kfn/internal/cli"
	"github.com/gomods/athens-kfn/internal/crathens"
	"github.com/gomods/athens-kfn/pkg/companions"
)

const program = "crathens"

// grace lets downloads under way end after SIGTERM; Kubernetes kills after 30 s.
const grace = 10 * time.Second

func main() {
	os.Exit(run(cli.Context(), os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr))
}

// memoryLimit is what the whole program may use: GOMEMLIMIT, or what a site's pod
// has.
func memoryLimit(env lookup) int64 {
	if value, _ := env("GOMEMLIMIT"); value == "" { // as Go reads it
		debug.SetMemoryLimit(companions.CrathensMemory().Go)
	}
	return debug.SetMemoryLimit(-1)
}

// run is the program without its process. It returns the exit code: 0 when all
// is done, 1 when something failed for good or was left undone, 2 for a wrong
// command line.
func run(ctx context.Context, args []string, env lookup, stdout, stderr io.Writer) int {
	switch {
	case len(args) > 0 && args[0] == "export":
		return runExport(ctx, args[1:], env, stdout, stderr)
	case len(args) > 0 && args[0] == "import":
		return runImport(ctx, args[1:], env, stdout, stderr)
	}
	opts, problems := parse(args, env)
	switch {
	case opts.help:
		usage(stdout)
		return 0
	case len(problems) > 0:
		return cli.Misuse(stderr, program, problems)
	}
	show := newDisplay(stdout, stderr, opts.logLevel)
	cfg := opts.Config
	cfg.Log, cfg.Grace, cfg.Start = show.log(), grace, rand.Uint64()
	cfg.MaxCatalogBytes = memoryLimit(env) / 2 // maps hold their old selves while they grow

	if opts.metricsListen != "" {
		registry, mux := cli.Registry(), http.NewServeMux()
		mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
		closeMetrics, err := cli.Serve(opts.metricsListen, "metrics", mux, cfg.Log)
		if err != nil {
			fmt.Fprintf(stderr, "%s: error: --metrics-listen: %v\n", program, err)
			return 1
		}
		defer closeMetrics()
		cfg.Metrics = registry
	}

	transport, flush, err := traced(ctx, crathens.NewTransport(cfg.Concurrency), cfg.Log)
	if err != nil {
		fmt.Fprintf(stderr, "%s: error: tracing: %v\n", program, err)
		return 1
	}
	defer flush()
	cfg.Transport = transport

	out, err := newResults(opts.summaryFile)
	if err != nil {
		fmt.Fprintf(stderr, "%s: error: --summary: %v\n", program, err)
		return 1
	}
	defer out.discard()
	cfg.Record = out.add
	if cfg.DryRun {
		out.planned = stdout
	}
	crawler := crathens.New(cfg)
	hide := show.follow(crawler.Status)
	summary := crawler.Run(ctx)
	hide()
	show.summary(&summary)
	if err := out.close(&summary); err != nil {
		fmt.Fprintf(stderr, "%s: error: %v\n", program, err)
		return 1
	}
	if !summary.OK() {
		return 1
	}
	return 0
}
