package mesh

import (
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/internal/envoypath"
	"github.com/gomods/athens-kfn/test/mesh/live"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// pathTokens are put together to paths that attackers and broken clients write.
var pathTokens = []string{
	"/", "/", "/", "//", ".", "..", "/../", "/./", "%2e", "%2E%2e", "%2f", "%2F", "%5c", "\\", "#", "?", ";", "/@v/list", "/@latest", "/@v/", ".info", ".mod", ".zip",
	"sumdb", "/sumdb/", "catalog", "index", "/healthz", "%40v", "a", "b.c", "%", "%zz", "%41", "%7e", "%c3%a9", "\u00e9", "|", "^", "+", ":", "@", "%00", "%0a", "%20", "%25",
	"%3f", "%23", "*", "~", "!", "%21", "LIST", "..;", ".;a", ";..", "%3b", "\"", "<", "{", "`", "'", "(", "[", "$", "&", "=", ",", "%2E%2E%2F", "%5C..%5C", "%252e", "http:",
	"\x01", "\x7f", " ", "%7F", "%ff", "%24", "%2d", "%5f", "%30",
}

func randomPaths(n int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	var out []string
	for range n {
		p := "/"
		for range 1 + r.IntN(8) {
			p += pathTokens[r.IntN(len(pathTokens))]
		}
		out = append(out, p)
	}
	return out
}

// askedPath is one of them over the wire.
type askedPath struct {
	path string
	got  live.Result
}

// TestLivePaths holds internal/envoypath, and what package walk makes of it,
// against real Envoys: random paths in HTTP/1.1 and HTTP/2.
func TestLivePaths(t *testing.T) {
	t.Parallel()
	paths := randomPaths(2000)
	if os.Getenv(allVar) != "" {
		paths = randomPaths(60_000)
	}
	l := running(t, example(t, "production"))
	for codec, asked := range map[envoypath.Codec][]askedPath{
		envoypath.HTTP1: askHTTP1(l, paths), envoypath.HTTP2: askHTTP2(t, l, paths),
	} {
		time.Sleep(500 * time.Millisecond) // Envoys write their logs now and then
		hops, refused := l.Hops(), 0
		for _, a := range asked {
			want, ok := envoypath.Normalize(a.path, codec)
			i := slices.IndexFunc(hops[a.got.ID], func(h live.Hop) bool { return h.Pod == l.GatewayPod() })
			switch {
			case !ok:
				refused++
				// The codec of HTTP/2 closes the connection instead.
				if a.got.Status != 400 && (codec == envoypath.HTTP1 || a.got.Status != 0) {
					t.Errorf("%q in codec %d: %d, want it refused", a.path, codec, a.got.Status)
				}
				continue
			case strings.ContainsAny(want, "\"\\"):
				continue // the line is other JSON or none: Envoy writes the path as it is
			case i < 0:
				t.Errorf("%q in codec %d: %d %s, and no line in the gateway's log, want %q", a.path, codec, a.got.Status, a.got.Why, want)
				continue
			case hops[a.got.ID][i].Path != want:
				t.Errorf("%q in codec %d: the gateway reads %q, want %q", a.path, codec, hops[a.got.ID][i].Path, want)
			}
			if codec == envoypath.HTTP2 {
				continue // the model speaks HTTP/1.1
			}
			model, err := l.Do(l.Site, walk.Request{From: "client", Line: "GET " + a.path})
			status, by, path := l.Outcome("client", a.got, hops[a.got.ID], nil)
			// On a busy machine a lathens is late once, and then out for a while.
			if err != nil || model.Status != status || by != model.By && by != model.Fallback || path != "" && path != model.Path {
				t.Errorf("%q: model %d by %s %q (%v), Envoys %d by %s %q\n   %s", a.path, model.Status, model.By, model.Path, err, status, by, path, hops[a.got.ID])
			}
		}
		t.Logf("codec %d: %d paths, %d refused", codec, len(asked), refused)
		if refused == 0 || refused == len(asked) {
			t.Errorf("codec %d: %d of %d paths refused", codec, refused, len(asked))
		}
	}
}

func askHTTP1(l *live.Live, paths []string) (out []askedPath) {
	var c net.Conn
	for _, p := range paths {
		var got live.Result
		got, c = l.Raw(c, "GET", "GET "+p+" HTTP/1.1\r\nHost: {host}\r\nX-Live: {id}\r\nX-Azure-FDID: "+l.Site.Spec.Edge.FrontDoor.ID+"\r\n\r\n")
		out = append(out, askedPath{p, got})
	}
	if c != nil {
		c.Close()
	}
	return out
}

func askHTTP2(t *testing.T, l *live.Live, paths []string) (out []askedPath) {
	t.Helper()
	var h *live.H2
	for _, p := range paths {
		// Bytes that end the connection only cost time: one second each.
		if strings.ContainsAny(p, "\x01\x7f ") {
			continue
		}
		if h == nil {
			var err error
			if h, err = l.DialH2(); err != nil {
				t.Fatal(err)
			}
		}
		got, good := h.Send(":method", "GET", ":scheme", "https", ":authority", l.Site.Spec.Host, ":path", p, "x-azure-fdid", l.Site.Spec.Edge.FrontDoor.ID, "x-live", "{id}")
		if !good {
			h.Close()
			h = nil
		}
		out = append(out, askedPath{p, got})
	}
	if h != nil {
		h.Close()
	}
	return out
}
