package mesh

import (
	"net/http"
	"testing"

	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// TestLiveHTTPS sends the table to a site of several hosts that redirects plain
// HTTP, and reads the headers that its own answers and those of the gateway must
// have.
func TestLiveHTTPS(t *testing.T) {
	c := rendered(t, "testdata/sites/https/site.yaml")[0]
	l := running(t, c)
	own := rows(t)
	for _, host := range c.Sites[0].Spec.Hosts() {
		own = append(own,
			row{Name: "a host of the site", From: "client", Request: "GET https://" + host + "/golang.org/x/mod/@v/list", Want: want{Status: 200, By: "lathens"}},
			row{Name: "a host of the site over plain HTTP", From: "client", Request: "GET http://" + host + "/golang.org/x/mod/@v/list", Want: want{Status: 301}})
	}
	compare(t, l, own)
	const hsts, list = "Strict-Transport-Security", "/golang.org/x/mod/@v/list"
	for request, want := range map[string]struct {
		status int
		header http.Header
	}{
		"GET " + list:                     {200, http.Header{hsts: {"max-age=31536000"}, "Allow": nil}},
		"GET /catalog":                    {404, http.Header{hsts: {"max-age=31536000"}}},
		"POST " + list:                    {405, http.Header{hsts: {"max-age=31536000"}, "Allow": {"GET, HEAD"}}},
		"GET http://{host}" + list + "?x": {301, http.Header{hsts: nil, "Location": {"https://goproxy.example.com" + list + "?x"}}},
	} {
		got, err := l.Send(walk.Request{From: "client", Line: request})
		if err != nil {
			t.Fatal(err)
		}
		if got.Status != want.status {
			t.Errorf("%s: %d, want %d", request, got.Status, want.status)
		}
		for name, values := range want.header {
			if is := got.Header.Values(name); len(is) != len(values) || len(is) > 0 && is[0] != values[0] {
				t.Errorf("%s: %s: %q, want %q", request, name, is, values)
			}
		}
	}
}
