package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// server is a running HTTP server on loopback.
type server struct {
	*http.Server
	url string
}

func start(handler http.Handler) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{
		Server: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second},
		url:    "http://" + listener.Addr().String(),
	}
	go func() { _ = s.Serve(listener) }()
	return s, nil
}

// startAthens serves a small world of modules: the catalog, lists and .info
// like Athens, the files of the versions from memory.
func startAthens() (*server, error) {
	modules := proxytest.Modules()
	files, err := proxytest.Tree(modules)
	if err != nil {
		return nil, err
	}
	athens := &athenstest.Server{Upstream: map[string][]string{}}
	for _, m := range modules {
		athens.Upstream[m.Path] = m.Versions
		athens.Store(m.Path, m.Versions[0])
	}
	return start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/")
		file, ok := files[path]
		if ok && !strings.HasSuffix(path, ".info") && !strings.HasSuffix(path, "/list") {
			_, _ = w.Write(file)
			return
		}
		athens.ServeHTTP(w, r)
	}))
}

// startWindow serves lathens' answers and prints them as they pass.
func startWindow(lathens string, out io.Writer) (*server, error) {
	target, err := url.Parse(lathens)
	if err != nil {
		return nil, err
	}
	return start(&httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ErrorLog: log.New(out, "", 0),
		ModifyResponse: func(r *http.Response) error {
			age := ""
			if s := r.Header.Get("Age"); s != "" {
				age = ", Age: " + s
			}
			_, err := fmt.Fprintf(out, "  GET %s → %d, X-Lathens: %s%s\n", r.Request.URL.Path, r.StatusCode, r.Header.Get("X-Lathens"), age)
			return err
		},
	})
}
