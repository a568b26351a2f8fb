package main

import (
	"log/slog"
	"net/http"
	"net/http/pprof"

	"github.com/gomods/athens-kfn/internal/cli"
)

// servePprof serves /debug/pprof/ on a port of its own until stop is called;
// nothing for an empty address.
func servePprof(address string, log *slog.Logger) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return cli.Serve(address, "pprof", mux, log)
}
