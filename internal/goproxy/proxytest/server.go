package proxytest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Server is a running proxy. Its methods may be called at any time.
type Server struct {
	*httptest.Server
	tree map[string][]byte

	mu       sync.Mutex
	fault    http.HandlerFunc
	requests []*http.Request
}

// Start serves modules on loopback until the test ends.
func Start(t testing.TB, modules []Module) *Server {
	t.Helper()
	tree, err := Tree(modules)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{tree: tree}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// Break answers list and latest requests with fault instead; nil heals.
func (s *Server) Break(fault http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
}

// Asked is how often a path was asked for, as it is after decoding.
func (s *Server) Asked(path string) (n int) {
	for _, r := range s.Requests() {
		if r.URL.Path == path {
			n++
		}
	}
	return n
}

// Requests are all requests so far.
func (s *Server) Requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// ServeHTTP records a request and answers it, other methods than GET with 405
// as Athens does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r)
	fault := s.fault
	s.mu.Unlock()
	if r.Method != http.MethodGet {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if fault != nil && (strings.HasSuffix(r.URL.Path, "/@v/list") || strings.HasSuffix(r.URL.Path, "/@latest")) {
		fault(w, r)
		return
	}
	s.Serve(w, r)
}

// Serve answers from the tree, with Athens' headers.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request) {
	body, ok := s.tree[strings.TrimPrefix(r.URL.Path, "/")]
	if !ok {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(w, "not found: %s\n", r.URL.Path)
		return
	}
	switch path.Ext(r.URL.Path) {
	case ".info", ".mod", ".zip":
	default:
		w.Header().Set("Cache-Control", "no-cache, no-store, must-revalidate")
	}
	w.Header().Set("Content-Type", contentType(r.URL.Path))
	_, _ = w.Write(body)
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".info":
		return "application/json"
	case ".zip":
		return "application/zip"
	default:
		return "text/plain; charset=utf-8"
	}
}
