package lathens

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/gomods/athens-kfn/pkg/companions"
)

const (
	listPath = "/example.com/mod/@v/list"
	oldList  = "v1.0.0\n"
	newList  = "v1.0.0\nv1.1.0\n"
)

// Shorter names of what a site gets.
const (
	DefaultTTL                  = companions.LathensTTL
	DefaultNegativeTTL          = companions.LathensNegativeTTL
	DefaultStaleWhileRevalidate = companions.LathensStaleWhileRevalidate
	DefaultStaleIfError         = companions.LathensStaleIfError
)

// upstream is a module proxy without a network, for tests with a fake clock. As
// Athens does, it refuses other methods than GET; and paths outside of its URL.
type upstream struct {
	mu     sync.Mutex
	answer func(*http.Request) (*http.Response, error)
	asked  []*http.Request
	// now and most count the calls under way.
	now, most int
}

func (u *upstream) RoundTrip(r *http.Request) (*http.Response, error) {
	u.mu.Lock()
	u.asked = append(u.asked, r)
	u.now++
	u.most = max(u.most, u.now)
	answer := u.answer
	u.mu.Unlock()
	defer func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.now--
	}()
	switch {
	case r.URL.Host != "athens.test" || !strings.HasPrefix(r.URL.Path, "/prefix/"):
		return says(http.StatusNotFound, "unexpected: "+r.URL.String())(r)
	case r.Method != http.MethodGet:
		return says(http.StatusMethodNotAllowed, "")(r)
	}
	return answer(r)
}

func (u *upstream) set(answer func(*http.Request) (*http.Response, error)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.answer = answer
}

func (u *upstream) says(status int, body string) { u.set(says(status, body)) }

func (u *upstream) calls() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.asked)
}

func (u *upstream) atOnce() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.most
}

func (u *upstream) last() *http.Request {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.asked[len(u.asked)-1]
}

func says(status int, body string, header ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"text/plain; charset=utf-8"}}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return &http.Response{
			StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: h, Request: r,
			ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	}
}

// after is slow by the fake clock.
func after(d time.Duration, then func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(d):
			return then(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// bubble runs a test with a fake clock.
func bubble(t *testing.T, test func(t *testing.T, p *Proxy, up *upstream)) {
	t.Helper()
	bubbleWith(t, func(*Config) {}, test)
}

func bubbleWith(t *testing.T, change func(*Config), test func(t *testing.T, p *Proxy, up *upstream)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		up := &upstream{answer: says(http.StatusOK, oldList)}
		cfg := testConfig(t, "http://athens.test/prefix/")
		cfg.Transport = up
		change(&cfg)
		p := New(&cfg)
		defer p.Close()
		test(t, p, up)
	})
}

func testConfig(t testing.TB, upstream string) Config {
	t.Helper()
	u, err := url.Parse(upstream)
	if err != nil {
		t.Fatal(err)
	}
	return Config{
		Upstream: u,
		TTL:      DefaultTTL, NegativeTTL: DefaultNegativeTTL,
		StaleWhileRevalidate: DefaultStaleWhileRevalidate, StaleIfError: DefaultStaleIfError,
		MaxBytes: companions.LathensMaxBytes, MaxUpstream: companions.LathensMaxUpstream, MaxWaiting: companions.LathensMaxWaiting,
		UpstreamTimeout: companions.LathensUpstreamTimeout, SumDBTimeout: companions.LathensSumDBTimeout,
		Transport: NewTransport(companions.LathensMaxUpstream),
		Log:       slog.New(slog.NewJSONHandler(t.Output(), nil)),
		Registry:  prometheus.NewRegistry(),
	}
}

// reply is what a caller sees, as a line that tests compare.
type reply struct {
	Status  int
	Lathens string
	Age     string
	Body    string
}

func get(p http.Handler, path string) reply {
	return do(p, httptest.NewRequest(http.MethodGet, path, http.NoBody))
}

func do(p http.Handler, r *http.Request) reply {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return replyOf(w.Result())
}

func replyOf(resp *http.Response) reply {
	var body bytes.Buffer
	_, err := body.ReadFrom(resp.Body)
	if err != nil {
		body.WriteString(err.Error())
	}
	return reply{Status: resp.StatusCode, Lathens: resp.Header.Get(Header), Age: resp.Header.Get("Age"), Body: body.String()}
}

// want compares a reply.
func want(t *testing.T, what string, got reply, status int, lathens, age, body string) {
	t.Helper()
	if w := (reply{status, lathens, age, body}); got != w {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, w)
	}
}
