package lathens

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/gomods/athens-kfn/internal/goproxy"
)

// Header says what the cache did with a request; see the results.
const Header = "X-Lathens"

// result is a value of Header.
type result string

const (
	hit      result = "hit"      // a fresh answer from the cache
	stale    result = "stale"    // an old answer: a fresh one is on its way, or cannot be had
	miss     result = "miss"     // asked upstream, alone or with others
	absent   result = "negative" // from the cache: there is no such module, or no version
	bypassed result = "bypass"   // passed on; nothing is cached
)

// staleWait is how long a caller waits for a fresh answer who could have a
// stale one: half of what the gateway gives one try.
const staleWait = 5 * time.Second

// Proxy is the cache as an HTTP handler.
type Proxy struct {
	cfg       Config
	upstream  *url.URL
	transport http.RoundTripper
	log       *slog.Logger
	metrics   *metrics
	tracing   *Tracing
	bypass    *httputil.ReverseProxy

	cache    *otter.Cache[string, *answer]
	maxEntry int64
	group    singleflight.Group
	slots    chan struct{} // one for each call to the upstream
	flights  sync.WaitGroup
	// running ends the calls that outlive their callers.
	running context.Context
	stop    context.CancelFunc
}

// New makes a Proxy. Close it when no request is served any more.
func New(cfg *Config) *Proxy {
	p := &Proxy{
		cfg:       *cfg,
		upstream:  cfg.Upstream,
		transport: cfg.Transport,
		log:       cfg.Log,
		tracing:   cfg.Tracing,
		cache:     newCache(cfg),
		maxEntry:  maxEntry(cfg.MaxBytes),
		slots:     make(chan struct{}, cfg.MaxUpstream),
	}
	p.running, p.stop = context.WithCancel(context.Background())
	p.metrics = newMetrics(cfg, p.cache)
	p.bypass = newBypass(p)
	return p
}

// Close ends what still runs in the background, and waits for its end.
func (p *Proxy) Close() {
	p.stop()
	p.flights.Wait()
	p.cache.StopAllGoroutines()
}

// ServeHTTP answers a request from the cache or from the upstream.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, end := p.tracing.server(r)
	outcome := bypassed
	defer func() { // also when a broken body panics
		p.metrics.requests[outcome].Inc()
		end(outcome)
	}()
	if !cacheable(r) {
		p.bypass.ServeHTTP(w, r)
		return
	}
	a, found := p.cache.GetIfPresent(r.URL.Path)
	if found {
		outcome = p.serveKept(w, r, a)
		return
	}
	// Only valid paths are in the cache, so that hits need not be checked.
	if _, _, ok := goproxy.Parse(r.URL.Path); !ok {
		p.bypass.ServeHTTP(w, r)
		return
	}
	outcome = miss
	outcome = p.serveFetched(w, r, nil)
}

// cacheable leaves out callers with credentials: their answers are for them
// alone.
func cacheable(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		goproxy.KindOf(r.URL.Path) != goproxy.Other &&
		r.Header["Authorization"] == nil
}

// serveKept serves what the cache has of a path.
func (p *Proxy) serveKept(w http.ResponseWriter, r *http.Request, a *answer) result {
	now := time.Now()
	age := a.age(now)
	switch v := a.verdict(); {
	case v == oversized:
		p.bypass.ServeHTTP(w, r)
		return bypassed
	case v == negative:
		a.write(w, absent, now)
		return absent
	case age < p.cfg.TTL:
		a.write(w, hit, now)
		return hit
	case a.held(now):
		return p.serveStale(w, a, whyHeld)
	case age < p.cfg.TTL+p.cfg.StaleWhileRevalidate:
		if a.claim(now, now.Add(p.cfg.UpstreamTimeout)) {
			p.flight(r)
		}
		return p.serveStale(w, a, whyRevalidating)
	default:
		return p.serveFetched(w, r, a)
	}
}

// serveFetched asks the upstream, and falls back to what is kept, if anything.
func (p *Proxy) serveFetched(w http.ResponseWriter, r *http.Request, kept *answer) result {
	var late <-chan time.Time
	if kept != nil {
		late = time.After(staleWait)
	}
	select {
	case a := <-p.flight(r):
		switch v := a.verdict(); {
		case kept != nil && p.outlasts(kept, v):
			return p.serveStale(w, kept, whyFailed)
		case v == oversized:
			p.bypass.ServeHTTP(w, r)
			return bypassed
		default:
			a.write(w, miss, time.Now())
			return miss
		}
	case <-late:
		return p.serveStale(w, kept, whySlow)
	case <-r.Context().Done():
		// Returning would send an empty list to a caller who still reads.
		panic(http.ErrAbortHandler)
	}
}

func (p *Proxy) serveStale(w http.ResponseWriter, a *answer, why string) result {
	p.metrics.stale.WithLabelValues(why).Inc()
	a.write(w, stale, time.Now())
	return stale
}

// outlasts tells whether a kept answer is better than a new one.
func (p *Proxy) outlasts(kept *answer, v verdict) bool {
	return (v == failed || v == negative) && kept.verdict() == good &&
		kept.age(time.Now()) < p.cfg.TTL+p.cfg.StaleIfError
}

// flight asks the upstream for a list, once for all who ask at the same time.
// It goes on when they leave: whoever comes back finds the answer.
func (p *Proxy) flight(r *http.Request) <-chan *answer {
	path, header, ctx := r.URL.Path, passOn(r.Header), p.tracing.detach(p.running, r)
	done := make(chan *answer, 1)
	p.flights.Go(func() {
		a, _, _ := p.group.Do(path, func() (any, error) {
			ctx, cancel := context.WithTimeout(ctx, p.cfg.UpstreamTimeout)
			defer cancel()
			return p.refresh(ctx, path, header), nil
		})
		done <- a.(*answer)
	})
	return done
}

// refresh fetches an answer and keeps it, unless what is kept is better.
func (p *Proxy) refresh(ctx context.Context, path string, header http.Header) *answer {
	kept, found := p.cache.GetIfPresent(path)
	if found && (kept.verdict() != good || kept.age(time.Now()) < p.cfg.TTL) {
		return kept // another flight landed since the caller looked
	}
	a := p.fetch(ctx, path, header)
	switch v := a.verdict(); {
	case found && p.outlasts(kept, v):
		kept.hold.Store(time.Now().Add(p.cfg.NegativeTTL).UnixNano())
	case v == refused:
		p.cache.Invalidate(path)
	case v == failed || v == passed || p.cfg.life(v) <= 0:
	default:
		p.cache.Set(path, a)
	}
	return a
}
