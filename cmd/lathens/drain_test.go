package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/gomods/athens-kfn/internal/lathens"
)

// pipes is a listener without a network, for a fake clock.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p pipes) Close() error { close(p); return nil }
func (pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p pipes) client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		p <- theirs
		return ours, nil
	}}}
}

// Probes are told first; then the port closes; requests under way get their
// answers, but not forever.
func TestDrain(t *testing.T) {
	for name, c := range map[string]struct{ takes, ends time.Duration }{
		"idle":   {0, 3 * time.Second},
		"busy":   {20 * time.Second, 20 * time.Second},
		"stuck":  {time.Hour, 3*time.Second + drainTime},
		"before": {time.Second, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := newEndpoints(prometheus.NewRegistry(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					select {
					case <-time.After(c.takes):
						_, _ = io.WriteString(w, "v1.0.0\n")
					case <-r.Context().Done():
					}
				}))
				ctx, stop := context.WithCancel(t.Context())
				listener, done := pipes(make(chan net.Conn)), make(chan error)
				go func() {
					done <- e.serve(ctx, listener, &options{
						Config: lathens.Config{Log: slog.New(slog.DiscardHandler)}, drainDelay: 3 * time.Second,
					})
				}()
				answer := make(chan string)
				if c.takes > 0 {
					go func() {
						resp, err := listener.client().Get("http://lathens/example.com/plain/@v/list") //nolint:noctx // ends with the server
						if err != nil {
							answer <- "cut off"
							return
						}
						defer resp.Body.Close() //nolint:errcheck // only read
						text, _ := io.ReadAll(resp.Body)
						answer <- string(text)
					}()
				}
				synctest.Wait()
				if got := readyz(e); got != 200 {
					t.Errorf("readyz %d before the signal", got)
				}
				start := time.Now()
				stop()
				synctest.Wait()
				if got := readyz(e); got != 503 {
					t.Errorf("readyz %d after the signal", got)
				}
				if _, err := listener.client().Get("http://lathens/healthz"); err != nil { //nolint:noctx // a test's own address
					t.Errorf("the port closed too early: %v", err)
				}
				if c.takes > 0 {
					want := "v1.0.0\n"
					if c.takes > c.ends {
						want = "cut off"
					}
					if got := <-answer; got != want {
						t.Errorf("got %q, want %q", got, want)
					}
				}
				if err := <-done; err != nil {
					t.Error(err)
				}
				// Shutdown polls for idle connections: at most every half second.
				if took := time.Since(start).Truncate(time.Second); took != c.ends {
					t.Errorf("took %s, want %s", took, c.ends)
				}
			})
		})
	}
}

func readyz(h http.Handler) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", http.NoBody))
	return w.Code
}

// While others learn that the pod goes, its idle connections still serve; each
// closes after its answer, or when the time is over.
func TestIdleConnectionsOutliveTheDelay(t *testing.T) {
	const delay = 3 * time.Second
	synctest.Test(t, func(t *testing.T) {
		e := newEndpoints(prometheus.NewRegistry(), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		ctx, stop := context.WithCancel(t.Context())
		listener, done := pipes(make(chan net.Conn)), make(chan error)
		go func() {
			done <- e.serve(ctx, listener, &options{Config: lathens.Config{Log: slog.New(slog.DiscardHandler), MaxWaiting: 100}, drainDelay: delay})
		}()
		used, idle := listener.connect(), listener.connect()
		for _, c := range []*bufio.ReadWriter{used, idle} {
			if resp := ask(t, c); resp.Close {
				t.Error("closed before the signal")
			}
		}
		stop()
		time.Sleep(delay - time.Second)
		if resp := ask(t, used); !resp.Close {
			t.Error("kept open while draining")
		}
		start := time.Now()
		if _, err := idle.ReadByte(); err == nil || time.Since(start) < time.Second {
			t.Errorf("the idle connection ended after %s: %v", time.Since(start), err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func (p pipes) connect() *bufio.ReadWriter {
	ours, theirs := net.Pipe()
	p <- theirs
	return bufio.NewReadWriter(bufio.NewReader(ours), bufio.NewWriter(ours))
}

func ask(t *testing.T, c *bufio.ReadWriter) *http.Response {
	t.Helper()
	_, _ = c.WriteString("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	_ = c.Flush()
	resp, err := http.ReadResponse(c.Reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}
