package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// What can be read in two ways, or is not of this protocol, is answered, and the
// connection is closed after it; the upstream sees nothing but GET and HEAD.
func TestOddRequests(t *testing.T) {
	up := proxytest.Start(t, proxytest.Modules())
	l := start(t, "--upstream="+up.URL)
	for name, c := range map[string]struct {
		request string
		status  int
	}{
		"both lengths":         {"GET /example.com/plain/@v/list HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 200},
		"both lengths, a file": {"GET /example.com/plain/@v/v1.0.0.info HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200},
		"a body":               {"GET /example.com/plain/@v/list HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 200},
		"POST":                 {"POST /example.com/plain/@v/list HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", 405},
		"POST of a file":       {"POST /example.com/plain/@v/v1.0.0.info HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405},
		"CONNECT":              {"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n", 405},
		"HTTP/2":               {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00", 405},
		"upgrade":              {"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: 0\r\n\r\n", 405},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(l.url, "http://")) //nolint:noctx // on loopback
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close() //nolint:errcheck // only read
			_ = conn.SetDeadline(time.Now().Add(time.Minute))
			// A second request behind it is not served.
			if _, err := io.WriteString(conn, c.request+"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			in := bufio.NewReader(conn)
			resp, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			if resp.StatusCode != c.status || !resp.Close {
				t.Errorf("%d, close %v, want %d", resp.StatusCode, resp.Close, c.status)
			}
			if more, err := http.ReadResponse(in, nil); err == nil {
				t.Errorf("a second answer: %d", more.StatusCode)
			}
		})
	}
	for _, r := range up.Requests() {
		if r.Method != http.MethodGet || r.URL.Path == "/smuggled" || r.ContentLength != 0 {
			t.Errorf("the upstream saw %s %s with a body of %d bytes", r.Method, r.URL, r.ContentLength)
		}
	}
}

// A caller who announces a body and does not send it holds nothing: neither the
// upstream, nor a connection for longer than a moment.
func TestABodyThatNeverComes(t *testing.T) {
	up := proxytest.Start(t, proxytest.Modules())
	l := start(t, "--upstream="+up.URL)
	for _, method := range []string{"GET", "POST"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(l.url, "http://")) //nolint:noctx // on loopback
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close() //nolint:errcheck // only read
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
		if _, err := io.WriteString(conn, method+" /example.com/plain/@v/v1.0.0.info HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(conn) // until lathens closes
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") {
			t.Errorf("%s: %v: %s", method, err, answer)
		}
	}
	if n := len(up.Requests()); n > 0 {
		t.Errorf("the upstream saw %d requests", n)
	}
}
