package lathens

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// ask is a request with headers, in pairs.
func ask(p http.Handler, method string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, listPath, http.NoBody)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w
}

// A client that has a list learns that it is the same, by a name that each replica
// gives it and that changes with the list.
func TestETag(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		tag := ask(p, http.MethodGet).Header().Get("ETag")
		if tag != etag([]byte(oldList)) || tag == etag([]byte(newList)) {
			t.Fatalf("ETag %q", tag)
		}
		strong := strings.TrimPrefix(tag, "W/")
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			for _, match := range []string{tag, strong, `"other", ` + tag, "*"} {
				w := ask(p, method, "If-None-Match", match)
				if w.Code != 304 || w.Body.Len() > 0 || w.Header().Get("ETag") != tag || w.Header().Get("Content-Length") != "" || w.Header().Get(Header) != "hit" {
					t.Errorf("%s %s: %d %q %v", method, match, w.Code, w.Body, w.Header())
				}
			}
		}
		for _, match := range []string{"", `"other"`, strong[1:5]} {
			if w := ask(p, http.MethodGet, "If-None-Match", match); w.Code != 200 || w.Body.String() != oldList {
				t.Errorf("%s: %d %q", match, w.Code, w.Body)
			}
		}
		up.says(404, "none")
		r := httptest.NewRequest(http.MethodGet, "/example.com/none/@v/list", http.NoBody)
		r.Header.Set("If-None-Match", "*")
		for range 2 {
			if got := do(p, r); got.Status != 404 || got.Body != "none" {
				t.Errorf("got %+v", got)
			}
		}
	})
}

// A long list travels compressed, to those who take it.
func TestGzip(t *testing.T) {
	long := strings.Repeat("v1.0.0\n", minGzip/7+1)
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		up.says(200, long)
		ask(p, http.MethodGet)
		for accept, zipped := range map[string]bool{
			"gzip": true, "deflate, GZIP;q=0.5, br": true, "gzip; q=1.0": true,
			"": false, "br": false, "gzip;q=0": false, "gzip; q=0.000": false, "x-gzip2": false,
		} {
			w := ask(p, http.MethodGet, "Accept-Encoding", accept)
			var body io.Reader = w.Body
			if got := w.Header().Get("Content-Encoding"); (got == "gzip") != zipped || w.Header().Get("Vary") != "Accept-Encoding" {
				t.Errorf("%q: %v", accept, w.Header())
			} else if zipped {
				if w.Body.Len() > len(long)/10 {
					t.Errorf("%d bytes", w.Body.Len())
				}
				var err error
				if body, err = gzip.NewReader(w.Body); err != nil {
					t.Fatal(err)
				}
			}
			if text, err := io.ReadAll(body); err != nil || string(text) != long {
				t.Errorf("%q: %d bytes, %v", accept, len(text), err)
			}
		}
		if w := ask(p, http.MethodGet, "Accept-Encoding", "gzip", "If-None-Match", etag([]byte(long))); w.Code != 304 {
			t.Errorf("%d", w.Code)
		}
	})
	bubble(t, func(t *testing.T, p *Proxy, _ *upstream) {
		ask(p, http.MethodGet)
		if w := ask(p, http.MethodGet, "Accept-Encoding", "gzip"); w.Header().Get("Content-Encoding") != "" || w.Header().Get("Vary") != "" {
			t.Errorf("a short list: %v", w.Header())
		}
	})
}
