package mesh

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/test/mesh/live"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// A listed address is the client's, and an address that is not listed another
// host's.
const (
	listedRange = "198.51.100.0/24"
	unlistedIP  = "203.0.113.50"
)

const clientsSite = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
  gateway:
    clients:
    - {name: offices, cidrs: [198.51.100.0/24]}
    - {name: ci, jwt: {issuer: "https://ci.example.com", audiences: [goproxy], jwksURI: "https://ci.example.com/keys", claims: [{name: owner, values: [acme]}]}}
    - {name: admins, cidrs: [192.0.2.0/24], jwt: {issuer: "https://login.example.com", audiences: [admins], jwksURI: "https://login.example.com/keys"}}
`

// withKeys renders a site, and puts the keys of issuers where istiod would
// fetch them from the internet.
func withKeys(t *testing.T, site string, issuers ...issuer) manifest.Case {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "site.yaml")
	if err := os.WriteFile(file, []byte(site), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := manifest.Render(program, file)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range c.Objects {
		if o.Kind() != "RequestAuthentication" {
			continue
		}
		for _, rule := range o.List("spec", "jwtRules") {
			for _, i := range issuers {
				if rule["issuer"] == i.url {
					rule["jwks"] = i.keys()
					delete(rule, "jwksUri")
				}
			}
		}
	}
	return c
}

// TestLiveClients asks the gateway as every kind of client. Tokens end in the
// sidecars: neither program sees one, and lathens answers from its cache.
func TestLiveClients(t *testing.T) {
	ci, login := newIssuer(t, "https://ci.example.com"), newIssuer(t, "https://login.example.com")
	forged := issuer{t, ci.url, login.key}
	l := running(t, withKeys(t, clientsSite, ci, login))
	elsewhere, err := l.Host(unlistedIP)
	if err != nil {
		t.Fatal(err)
	}
	const (
		list = "/golang.org/x/mod/@v/list"
		zip  = "/golang.org/x/mod/@v/v0.17.0.zip"
	)
	acme := map[string]any{"owner": "acme"}
	good := ci.token("goproxy", acme)
	for _, c := range []struct {
		name   string
		from   *live.Netns
		path   string
		token  string
		header string
		want   int
	}{
		{"from a listed address", l.Client, zip, "", "", 200},
		{"a list from a listed address", l.Client, list, "", "", 200},
		{"from elsewhere", elsewhere, zip, "", "", 403},
		{"a list from elsewhere", elsewhere, list, "", "", 403},
		{"checksums from elsewhere", elsewhere, "/sumdb/sum.golang.org/supported", "", "", 403},
		{"health from elsewhere", elsewhere, "/healthz", "", "", 200},
		{"an invented address", elsewhere, zip, "", "X-Forwarded-For: 198.51.100.7", 403},
		{"a token", elsewhere, zip, good, "", 200},
		{"a list with a token", elsewhere, list, good, "", 200},
		{"the same list with another token", elsewhere, list, ci.token("goproxy", acme), "", 200},
		{"the catalog with a token", elsewhere, "/catalog", good, "", 404},
		{"a token of two audiences", elsewhere, zip, ci.token("goproxy", map[string]any{"owner": "acme", "aud": []string{"x", "goproxy"}}), "", 200},
		{"another audience", elsewhere, zip, ci.token("other", acme), "", 403},
		{"an expired token", elsewhere, zip, ci.token("goproxy", map[string]any{"owner": "acme", "exp": 1}), "", 401},
		{"another owner", elsewhere, zip, ci.token("goproxy", map[string]any{"owner": "acme-evil"}), "", 403},
		{"no owner", elsewhere, zip, ci.token("goproxy", nil), "", 403},
		{"another key", elsewhere, zip, forged.token("goproxy", acme), "", 401},
		{"an issuer that is not known", elsewhere, zip, newIssuer(t, "https://evil.example.com").token("goproxy", acme), "", 401},
		{"an audience of the other issuer", elsewhere, zip, ci.token("admins", acme), "", 403},
		{"half of an entry: a token", elsewhere, zip, login.token("admins", nil), "", 403},
		{"a wrong token from a listed address", l.Client, zip, forged.token("goproxy", acme), "", 401},
		{"a token in the query", elsewhere, zip + "?access_token=" + good, "", "", 403},
		{"a password", elsewhere, zip, "", "Authorization: Basic YTpi", 403},
		{"no token", elsewhere, zip, "", "Authorization: Bearer", 403},
		{"not a token", elsewhere, zip, "a.b.c", "", 401},
	} {
		headers := c.header
		if c.token != "" {
			headers = "Authorization: Bearer " + c.token
		}
		got := clientAsks(l, c.from, l.Site.Spec.Host, c.path, headers)
		if got.Status != c.want {
			t.Errorf("%s: %d, want %d: %s %s", c.name, got.Status, c.want, got.Why, got.Body)
		}
		if got.Status == 200 && got.Header.Get("X-Lathens") == "bypass" {
			t.Errorf("%s: lathens passed it on", c.name)
		}
		var seen struct{ Headers http.Header }
		if json.Unmarshal(got.Body, &seen) == nil && seen.Headers["Authorization"] != nil {
			t.Errorf("%s: %s saw the token", c.name, got.Program)
		}
	}
	// The subject stands in the access log of the sidecar, beside the path.
	got := clientAsks(l, elsewhere, l.Site.Spec.Host, zip, "Authorization: Bearer "+good)
	time.Sleep(500 * time.Millisecond) // Envoys write their logs now and then
	logged := slices.ContainsFunc(l.Hops()[got.ID], func(h live.Hop) bool { return h.Subject == "repo:acme/app" && h.Path == zip })
	if !logged {
		t.Errorf("no access log has the subject: %v", l.Hops()[got.ID])
	}
	// Another host of the gateway keeps its own tokens.
	got = clientAsks(l, elsewhere, "guest.other.example.net", "/", "Authorization: Bearer "+newIssuer(t, "https://shop.example.net").token("shop", nil))
	if got.Status == 0 || got.Status == 401 {
		t.Errorf("another host of the gateway refuses a token of its own: %s", got.Body)
	}
}

// TestLiveAuthorizerIsGone: where the authorizer does not answer, the site's own
// requests are refused, and those to other hosts of the gateway are not.
func TestLiveAuthorizerIsGone(t *testing.T) {
	before, _, _ := strings.Cut(clientsSite, "    clients:")
	l := running(t, withKeys(t, before+"    extAuthz: {provider: opa}\n"))
	for _, c := range []struct {
		host, path string
		want       int
	}{
		{l.Site.Spec.Host, "/golang.org/x/mod/@v/list", 403},
		{l.Site.Spec.Host, "/golang.org/x/mod/@v/v0.17.0.zip", 403},
		{l.Site.Spec.Host, "/healthz", 200},
		{"athens.other.example.net", "/golang.org/x/mod/@v/v0.17.0.zip", 200},
	} {
		if got := clientAsks(l, l.Client, c.host, c.path, ""); got.Status != c.want {
			t.Errorf("%s%s: %d, want %d: %s", c.host, c.path, got.Status, c.want, got.Body)
		}
	}
}

// clientAsks sends a request to the gateway from somewhere on the internet.
func clientAsks(l *live.Live, from *live.Netns, host, path, headers string) live.Result {
	pod, port := l.Gateway(l.Site, 443)
	if headers != "" {
		headers += "\r\n"
	}
	raw := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nX-Live: {id}\r\n%s\r\n", path, host, headers)
	return l.Bytes(from, fmt.Sprintf("%s:%d", pod.IP, port), &tls.Config{ServerName: host, NextProtos: []string{"http/1.1"}}, "GET", raw)
}

// TestLiveClientsBehindFrontDoor: the address that counts is the one in front of
// Front Door's.
func TestLiveClientsBehindFrontDoor(t *testing.T) {
	const id = "11111111-2222-3333-4444-555555555555"
	site := strings.Replace(clientsSite, "  gateway:", "  edge: {frontDoor: {id: "+id+"}}\n  gateway:", 1)
	site = strings.Replace(site, listedRange, "192.0.2.0/24", 1)
	ci, login := newIssuer(t, "https://ci.example.com"), newIssuer(t, "https://login.example.com")
	l := running(t, withKeys(t, site, ci, login))
	const zip = "/golang.org/x/mod/@v/v0.17.0.zip"
	door := "X-Azure-FDID: " + id
	for _, c := range []struct {
		name, path, headers string
		want                int
	}{
		{"a listed address", zip, door + "\r\nX-Forwarded-For: 192.0.2.7", 200},
		{"a list from a listed address", "/golang.org/x/mod/@v/list", door + "\r\nX-Forwarded-For: 192.0.2.7", 200},
		{"another address", zip, door + "\r\nX-Forwarded-For: 203.0.113.7", 403},
		{"an invented address", zip, door + "\r\nX-Forwarded-For: 192.0.2.7, 203.0.113.7", 403},
		{"an invented address in a header of its own", zip, door + "\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 203.0.113.7", 403},
		{"an invented address behind", zip, door + "\r\nX-Forwarded-For: 203.0.113.7, 192.0.2.7", 200},
		{"no address", zip, door, 403},
		{"past the Front Door", zip, "X-Forwarded-For: 192.0.2.7", 403},
		{"a token", zip, door + "\r\nX-Forwarded-For: 203.0.113.7\r\nAuthorization: Bearer " + ci.token("goproxy", map[string]any{"owner": "acme"}), 200},
		{"both parts", zip, door + "\r\nX-Forwarded-For: 192.0.2.7\r\nAuthorization: Bearer " + login.token("admins", nil), 200},
		{"health", "/healthz", "", 200},
	} {
		got := clientAsks(l, l.Client, l.Site.Spec.Host, c.path, c.headers)
		if got.Status != c.want {
			t.Errorf("%s: %d, want %d: %s %s", c.name, got.Status, c.want, got.Why, got.Body)
		}
		if cache := got.Header.Get("Cache-Control"); got.Status == 200 && cache != "no-store" {
			t.Errorf("%s: Front Door may keep it: Cache-Control %q", c.name, cache)
		}
	}
}
