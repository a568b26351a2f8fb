package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/gomods/athens-kfn/pkg/companions"
)

// drainTime is how long requests under way may take after the port is closed.
// With the default --drain-delay it is what the generator plans for.
const drainTime = companions.LathensDrain - companions.LathensDrainDelay

// endpoints are the program's own paths in front of the proxy. A ServeMux is no
// use here: it redirects paths that it finds unclean, and they are not ours.
type endpoints struct {
	metrics, proxy http.Handler
	draining       atomic.Bool
	connections    connections
}

func newEndpoints(registry *prometheus.Registry, proxy http.Handler) *endpoints {
	return &endpoints{metrics: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}), proxy: proxy}
}

func (e *endpoints) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/healthz":
		w.WriteHeader(http.StatusOK)
	case "/readyz":
		// Not asked of the upstream: when it is down, the cache is what is
		// left.
		if e.draining.Load() {
			http.Error(w, "draining", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusOK)
	case "/metrics":
		e.metrics.ServeHTTP(w, r)
	default:
		if e.connections.crowded() || e.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		e.proxy.ServeHTTP(w, r)
	}
}

// maxHeaderBytes is above what a gateway adds to a go command's request; who waits
// may hold as much.
const maxHeaderBytes = 16 << 10

// serve serves until the context ends and then drains: not ready, a moment for
// others to notice, no new connections, and an end to those there are. Idle ones
// stay open for that moment: closed at once, they would break under requests of a
// gateway that has not noticed.
func (e *endpoints) serve(ctx context.Context, listener net.Listener, opts *options) error {
	e.connections.kept = int64(keptOpen(opts.MaxWaiting))
	server := &http.Server{
		Handler:           e,
		ReadHeaderTimeout: 10 * time.Second,
		// Above the gateway's 600 s, so that it is the gateway that closes
		// idle connections and none breaks under a request. No WriteTimeout:
		// a zip takes as long as the caller's line needs.
		IdleTimeout:    620 * time.Second,
		MaxHeaderBytes: maxHeaderBytes,
		ConnState:      e.connections.watch,
		// Its own answer to OPTIONS would not be ours to other methods.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(opts.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	opts.Log.Info("draining")
	e.draining.Store(true)
	time.Sleep(opts.drainDelay)
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	err := server.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		opts.Log.Warn("requests were cut off")
		err = server.Close()
	}
	<-failed
	opts.Log.Info("stopped")
	return err
}
