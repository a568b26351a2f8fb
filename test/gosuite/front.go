package gosuite

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// Front is the GOPROXY of the scripts, which want to see /mod in messages: modules
// answers it. Unless all is true, what is not a module's path is answered by own,
// the suite's proxy: its database, which Athens cannot pass on because it has no
// certificate, and its own faults, such as /404/ and /redirect/11/.
func Front(t *testing.T, modules http.Handler, own string, all bool) string {
	t.Helper()
	others := Reverse(t, own+"/mod", nil)
	server := httptest.NewServer(http.StripPrefix("/mod", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if all || strings.Contains(first, ".") {
			modules.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})))
	t.Cleanup(server.Close)
	return server.URL + "/mod"
}

// Reverse passes requests on to a URL, by a transport or, if it is nil, by Go's own.
func Reverse(t *testing.T, to string, by http.RoundTripper) http.Handler {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{Transport: by, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
}
