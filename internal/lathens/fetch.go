package lathens

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/gomods/athens-kfn/internal/goproxy"
)

// retryPause is the mean pause between tries.
const retryPause = 100 * time.Millisecond

// errOversized is a body that is not to be held in memory.
var errOversized = errors.New("body too large to cache")

// errSwitched is an upstream that speaks something else now, unasked.
var errSwitched = errors.New("the upstream switches to another protocol")

// fetch asks the upstream for a path. It always has an answer: a failure is
// one too.
func (p *Proxy) fetch(ctx context.Context, s *store, path string, header http.Header) *answer {
	p.metrics.inFlight.Inc()
	defer p.metrics.inFlight.Dec()

	var err error
	try := func(header http.Header) (a *answer) {
		if a, err = p.ask(ctx, s, path, header); err != nil {
			a = failure(reason(ctx, err), time.Now())
		}
		return a
	}
	a := try(header)
	switch code := a.head.Value().status; {
	case code == http.StatusNotFound, code == http.StatusGone:
	case code == http.StatusRequestTimeout, code == http.StatusTooManyRequests: // not at once again
	case code < http.StatusBadRequest:
	case code >= http.StatusInternalServerError && !pause(ctx):
		a = failure(reason(ctx, err), time.Now())
	default:
		// A 5xx is often gone the next time. Others refuse, but perhaps for what
		// is in a header. The second try carries nothing of the caller who began
		// the call: the answer that all get, and the cache, is no caller's fault.
		a = try(nil)
	}
	if a.verdict() == failed && context.Cause(ctx) != errTurnOver {
		p.log.Warn("upstream failed", "path", path, "status", a.head.Value().status, "error", fmt.Sprint(err))
	}
	return a
}

// ask is one try. Without a header it is made in the cache's own name.
func (p *Proxy) ask(ctx context.Context, s *store, path string, header http.Header) (a *answer, err error) {
	kind := goproxy.KindOf(path)
	start := time.Now()
	ctx, end := p.tracing.client(ctx, path)
	defer func() {
		v := failed
		if err == nil {
			v = a.verdict()
		}
		p.metrics.upstream(kind, v, time.Since(start))
		end(err)
	}()

	u := *p.upstream
	u.RawQuery = ""
	u.Path = strings.TrimSuffix(u.Path, "/") + path
	req := (&http.Request{Method: http.MethodGet, URL: &u, Host: u.Host, Header: http.Header{}}).WithContext(ctx)
	if header != nil {
		maps.Copy(req.Header, header)
		p.tracing.inject(ctx, req.Header)
	}
	// All callers get the same bytes, so no caller's encoding is asked for.
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", "lathens")
	// Not a caller's own: an upstream that insists on TLS redirects, and all
	// would get that.
	req.Header.Set("X-Forwarded-Proto", "https")

	resp, err := p.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return nil, errSwitched // ctx does not end the reading of what comes now
	}
	body, ok, err := read(resp, s.maxEntry)
	if err != nil {
		return nil, err
	}
	if !ok {
		if resp.StatusCode != http.StatusOK {
			return nil, errOversized
		}
		return newAnswer(resp, nil, oversized, kind, time.Now()), nil
	}
	// Reused only after its end was seen.
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1))
	return newAnswer(resp, body, classify(resp, body, kind), kind, time.Now()), nil
}

// pause waits a little, so that callers of many lists do not come back at
// once. False when the time is up.
func pause(ctx context.Context) bool {
	select {
	case <-time.After(retryPause/2 + rand.N(retryPause)):
		return true
	case <-ctx.Done():
		return false
	}
}

// reason says what went wrong without naming the upstream.
func reason(ctx context.Context, err error) string {
	switch {
	case ctx.Err() != nil:
		return "the upstream did not answer in time"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the upstream closed the connection before the end of its answer"
	case errors.Is(err, errOversized):
		return "the upstream's error is too long to pass on"
	default:
		return "the upstream cannot be reached"
	}
}
