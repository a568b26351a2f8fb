// Package tracingtest is a collector of spans for tests.
package tracingtest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Collector takes spans as OTLP over HTTP until the test ends, and sends each
// body to the channel. It refuses, and fails the test on, anything that a real
// collector would not take for spans: another method, path or content type.
func Collector(t testing.TB) (url string, sent <-chan string) {
	t.Helper()
	bodies := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusOK
		switch {
		case r.URL.Path != "/v1/traces":
			status = http.StatusNotFound
		case r.Method != http.MethodPost:
			status = http.StatusMethodNotAllowed
		case r.Header.Get("Content-Type") != "application/x-protobuf":
			status = http.StatusUnsupportedMediaType
		}
		if status != http.StatusOK {
			t.Errorf("the collector got %s %s with %q: %d", r.Method, r.URL.Path, r.Header.Get("Content-Type"), status)
			w.WriteHeader(status)
			return
		}
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("the collector read: %v", err)
		}
		bodies <- string(text)
	}))
	t.Cleanup(server.Close)
	return server.URL, bodies
}
