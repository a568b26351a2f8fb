package proxytest

import (
	"net/http"
	"testing"
)

// OnlyGet refuses, and fails the test on, any other method than GET, and any
// path that is not expected: servers that read nothing else answer so.
func OnlyGet(t testing.TB, expected func(path string) bool, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !expected(r.URL.Path):
			t.Errorf("unexpected path: %s %s", r.Method, r.URL.Path)
			http.NotFound(w, r)
		case r.Method != http.MethodGet:
			t.Errorf("unexpected method: %s %s", r.Method, r.URL.Path)
			w.WriteHeader(http.StatusMethodNotAllowed)
		default:
			next(w, r)
		}
	}
}
