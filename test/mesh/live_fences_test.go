package mesh

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/test/mesh/live"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// shut is a connection that ends without an answer.
const shut = 0

// attempt is a request that goes straight to the port of a pod. Each of those
// that are refused differs in one thing from one that is answered.
type attempt struct {
	name string
	to   string
	// by signs the certificate of an identity; no identity is no certificate,
	// and none of both is no TLS.
	by       *live.CA
	identity string
	request  string
	headers  string
	// want is the answer; open is the one of a site whose mTLS is permissive and
	// which has no AuthorizationPolicy, where it is another.
	want, open int
}

func (a attempt) send(t *testing.T, l *live.Live) int {
	t.Helper()
	var config *tls.Config
	if a.by != nil {
		// As the sidecars' Envoys offer it: it chooses the filter chain.
		config = &tls.Config{NextProtos: []string{"istio"}}
	}
	if a.identity != "" {
		pair, err := a.by.Pair(a.identity)
		if err != nil {
			t.Fatal(err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	to := l.Of(a.to)[0].Pod
	raw := a.request + " HTTP/1.1\r\nHost: x\r\n" + a.headers + "\r\n"
	got := l.Bytes(l.Of("plain")[0].Netns, fmt.Sprintf("%s:%d", to.IP, to.Ports["http"]), config, "GET", raw)
	return got.Status
}

func attempts(l *live.Live, stranger *live.CA) []attempt {
	const (
		list    = "GET /a/@v/list"
		zip     = "GET /a/@v/v1.0.0.zip"
		catalog = "GET /catalog"
	)
	mesh := l.MeshCA
	gateway := "spiffe://cluster.local/ns/aks-istio-ingress/sa/aks-istio-ingressgateway-external"
	account := func(name string) string { return "spiffe://cluster.local/ns/goproxy/sa/goproxy-" + name }
	id := "X-Azure-FDID: " + l.Site.Spec.Edge.FrontDoor.ID + "\r\n"
	return []attempt{
		{"the gateway", "athens", mesh, gateway, zip, id, 200, 200},
		{"plain text", "athens", nil, "", zip, id, shut, 200},
		{"TLS without a certificate", "athens", mesh, "", zip, id, shut, shut},
		{"the gateway, signed by another CA", "athens", stranger, gateway, zip, id, shut, shut},
		{"the gateway of another trust domain", "athens", mesh, strings.Replace(gateway, "cluster.local", "other.example", 1), zip, id, shut, shut},
		{"the gateway's identity behind another's", "athens", mesh, "spiffe://other.example/" + strings.TrimPrefix(gateway, "spiffe://"), zip, id, shut, shut},
		{"another identity", "athens", mesh, "spiffe://cluster.local/ns/shop/sa/default", zip, id, 403, 200},
		{"an identity that begins as the gateway's", "athens", mesh, gateway + "2", zip, id, 403, 200},
		{"the gateway, without the Front Door's id", "athens", mesh, gateway, zip, "", 403, 200},
		{"the gateway, with another Front Door's id", "athens", mesh, gateway, zip, "X-Azure-FDID: 0\r\n", 403, 200},
		{"the gateway asks for the catalog", "athens", mesh, gateway, catalog, id, 403, 200},
		{"the gateway writes", "athens", mesh, gateway, "POST /a/@v/v1.0.0.zip", id, 403, 200},
		{"the gateway, as crathens by a header", "athens", mesh, gateway, catalog,
			id + "X-Forwarded-Client-Cert: By=x;URI=" + account("crathens") + "\r\n", 403, 200},
		{"crathens asks for the catalog", "athens", mesh, account("crathens"), catalog, "", 200, 200},
		{"dots with parameters", "athens", mesh, gateway, "GET /sumdb/..;/catalog", id, 403, 200},
		{"lathens asks for a list", "athens", mesh, account("lathens"), list, "", 200, 200},
		{"lathens asks for a zip", "athens", mesh, account("lathens"), zip, "", 403, 200},
		{"the gateway asks lathens for a list", "lathens", mesh, gateway, list, id, 200, 200},
		{"the gateway asks lathens for a zip", "lathens", mesh, gateway, zip, id, 403, 200},
		{"crathens asks lathens", "lathens", mesh, account("crathens"), list, "", 403, 200},
	}
}

// entry is a request to the gateway, from outside.
type entry struct {
	name, raw  string
	want, open int
}

func entries(l *live.Live) []entry {
	id := "X-Azure-FDID: " + l.Site.Spec.Edge.FrontDoor.ID + "\r\n"
	to := func(line, host, headers string) string {
		return line + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n"
	}
	const (
		list    = "GET /a/@v/list"
		other   = "X-Azure-FDID: 0\r\n"
		upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
	)
	return []entry{
		{"through the Front Door", to(list, "{host}", id), 200, 200},
		{"past it", to(list, "{host}", ""), 403, 200},
		{"through another Front Door", to(list, "{host}", other), 403, 200},
		{"an empty id", to(list, "{host}", "X-Azure-FDID:\r\n"), 403, 200},
		// The Front Door replaces what its clients send: who can send the right
		// one is the Front Door, or knows it.
		{"two ids, the second right", to(list, "{host}", other+id), 200, 200},
		{"two ids, the first right", to(list, "{host}", id+other), 200, 200},
		{"two wrong ids", to(list, "{host}", other+other), 403, 200},
		{"two halves of the id", to(list, "{host}", "X-Azure-FDID: "+l.Site.Spec.Edge.FrontDoor.ID[:18]+"\r\nX-Azure-FDID: "+l.Site.Spec.Edge.FrontDoor.ID[18:]+"\r\n"), 403, 200},
		{"the id with an underscore", to(list, "{host}", strings.ReplaceAll(id, "-FDID", "_FDID")), 403, 200},
		{"the host in the line, another in the header", to("GET https://{host}/a/@v/list", "other.example.com", id), 200, 200},
		{"the same past the Front Door", to("GET https://{host}/a/@v/list", "other.example.com", ""), 403, 200},
		{"another host in the line", to("GET https://other.example.com/a/@v/list", "{host}", id), 404, 404},
		{"the host with a port", to(list, "{host}:8443", id), 200, 200},
		{"the same past the Front Door", to(list, "{host}:8443", ""), 403, 200},
		{"the host in upper case, past the Front Door", to(list, strings.ToUpper(l.Site.Spec.Host), ""), 403, 200},
		{"the host with a dot", to(list, "{host}.", id), 404, 404},
		{"two hosts", to(list, "{host}", "Host: other.example.com\r\n"+id), 404, 404},
		{"CONNECT", "CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n" + id + "\r\n", 404, 404},
		{"an upgrade: the program goes on without", to(list, "{host}", upgrade+id), 200, 200},
		{"an upgrade past the Front Door", to(list, "{host}", upgrade), 403, 200},
		{"an upgrade of another path", to("GET /catalog", "{host}", upgrade+id), 404, 404},
		{"two lengths", to("POST /a/@v/list", "{host}", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"+id), 400, 400},
		{"HTTP/1.0", "GET /a/@v/list HTTP/1.0\r\nHost: {host}\r\n" + id + "\r\n", 426, 426},
		{"a method of its own", to("FETCH /a/@v/list", "{host}", id), 400, 400},
		{"a write", to("POST /a/@v/list", "{host}", "Content-Length: 0\r\n"+id), 405, 405},
	}
}

// TestLiveFences sends what attackers send, past the gateway and through it, to
// a site with its fences and to one without: what is refused for a policy's sake
// gets through where there is none.
func TestLiveFences(t *testing.T) {
	stranger, err := live.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	for _, open := range []bool{false, true} {
		t.Run(fmt.Sprintf("open=%v", open), func(t *testing.T) {
			t.Parallel()
			c := small(example(t, "production"))
			if open {
				c = withoutFences(c)
			}
			l := running(t, c)
			expect := func(name string, got, fenced, without int) {
				want := fenced
				if open {
					want = without
				}
				if got != want {
					t.Errorf("%s: %d, want %d", name, got, want)
				}
			}
			for _, a := range attempts(l, stranger) {
				expect("pods: "+a.name, a.send(t, l), a.want, a.open)
			}
			for _, e := range entries(l) {
				got, c := l.Raw(nil, "GET", e.raw)
				if c != nil {
					c.Close()
				}
				expect("gateway: "+e.name, got.Status, e.want, e.open)
			}
			// What Athens is told of the caller is the gateway's word, not the client's.
			forged := "Host: {host}\r\nX-Azure-FDID: " + l.Site.Spec.Edge.FrontDoor.ID + "\r\nX-Forwarded-Client-Cert: URI=spiffe://forged\r\n"
			got, conn := l.Raw(nil, "GET", "GET /a/@v/v1.0.0.zip HTTP/1.1\r\n"+forged+"\r\n")
			if conn != nil {
				conn.Close()
			}
			if got.Status != 200 || strings.Contains(string(got.Body), "forged") || !strings.Contains(string(got.Body), "aks-istio-ingressgateway-external") {
				t.Errorf("a forged X-Forwarded-Client-Cert: %d, Athens sees %s", got.Status, got.Body)
			}
		})
	}
}

// withoutFences is a case whose pods take every caller.
func withoutFences(c manifest.Case) manifest.Case {
	c.Objects = slices.DeleteFunc(manifest.Clone(c.Objects), func(o manifest.Object) bool { return o.Kind() == "AuthorizationPolicy" })
	for _, o := range c.Objects {
		if o.Kind() == "PeerAuthentication" {
			o.Map("spec", "mtls")["mode"] = "PERMISSIVE"
		}
	}
	return c
}
