package lathens

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/gomods/athens-kfn/internal/goproxy"
	"github.com/gomods/athens-kfn/pkg/companions"
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
	rejected result = "rejected" // answered without asking: too many wait, or too long
)

// Proxy is the cache as an HTTP handler.
type Proxy struct {
	cfg       Config
	upstream  *url.URL
	transport http.RoundTripper
	log       *slog.Logger
	metrics   *metrics
	tracing   *Tracing
	bypass    *httputil.ReverseProxy

	lists, sums *store
	callers     callers
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
		callers:   callers{max: int64(cfg.MaxWaiting)},
	}
	p.running, p.stop = context.WithCancel(context.Background())
	p.lists = &store{
		cache: newCache(cfg, cfg.MaxBytes), maxEntry: maxEntry(cfg.MaxBytes), timeout: cfg.UpstreamTimeout,
		calls: newCalls(cfg.MaxUpstream, patience, groups),
	}
	p.sums = &store{
		cache: newCache(cfg, companions.LathensSumDBBytes(cfg.MaxBytes)), maxEntry: maxSum, timeout: cfg.SumDBTimeout,
		calls: newCalls(sumsPerList*cfg.MaxUpstream, cfg.SumDBTimeout, groupsOfSums),
	}
	p.metrics = newMetrics(p)
	p.bypass = newBypass(p)
	return p
}

// Close ends what still runs in the background, and waits for its end.
func (p *Proxy) Close() {
	p.stop()
	for _, s := range []*store{p.lists, p.sums} {
		s.calls.all.Wait()
		s.cache.StopAllGoroutines()
	}
}

// ServeHTTP answers a request from the cache or from the upstream.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 && !dropBody(w, r) {
		p.metrics.requests[reject(w, http.StatusRequestTimeout, "the body of the request does not end")].Inc()
		return
	}
	if status, text := unacceptable(r); status != 0 {
		w.Header().Set("Allow", "GET, HEAD") // of a 405; of others it is true as well
		p.metrics.requests[reject(w, status, text)].Inc()
		return
	}
	s, now := p.storeOf(r), time.Now()
	var kept *answer
	if s != nil {
		if kept, _ = s.cache.GetIfPresent(r.URL.Path); kept == nil {
			// Only valid paths are in the cache, so that hits need not be
			// checked.
			if kept = s.fromWiderTile(r.URL.Path); kept == nil && !valid(r.URL.Path) {
				s = nil
			}
		}
	}
	if s != nil && !p.fresh(r.URL.Path, kept, now) {
		shrink(r)
	}
	r, end := p.tracing.server(r)
	outcome := bypassed
	defer func() { // also when a broken body panics
		p.metrics.requests[outcome].Inc()
		end(outcome)
	}()
	switch {
	case s == nil:
		outcome = p.pass(w, r)
	case kept != nil:
		outcome = p.serveKept(w, r, s, kept, now)
	default:
		outcome = miss
		outcome = p.serveFetched(w, r, s, nil)
	}
}

// maxBody is what is read of a request's body, for a second.
const maxBody = 4 << 10

// dropBody makes a request be one without a body, as all of the protocol are: the
// upstream would wait for it, with a caller who may never send it. False where it
// does not end soon. It is read, because until then net/http does not notice that
// a caller left. A program that disagrees with net/http on where such a request
// ends would take the rest for another one, so its connection is closed.
func dropBody(w http.ResponseWriter, r *http.Request) bool {
	w.Header().Set("Connection", "close")
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(patience)) // error dropped: a test's writer has none
	n, err := io.Copy(io.Discard, io.LimitReader(r.Body, maxBody+1))
	r.Body, r.ContentLength, r.TransferEncoding = http.NoBody, 0, nil
	if err != nil || n > maxBody {
		_ = control.SetReadDeadline(time.Now()) // error dropped: likewise. The server would read on
		return false
	}
	_ = control.SetReadDeadline(time.Time{}) // error dropped: likewise
	return true
}

// unacceptable is the status of a request that is answered without a look at its
// path; 0 for others. The upstream sees no method but GET and HEAD.
func unacceptable(r *http.Request) (status int, text string) {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return http.StatusMethodNotAllowed, "only GET and HEAD are served"
	case len(r.RequestURI) > maxURI:
		return http.StatusRequestURITooLong, "the URL is too long"
	default:
		return 0, ""
	}
}

// storeOf is where the answer to a request may be kept. None for callers with
// credentials, whose answers are for them alone.
func (p *Proxy) storeOf(r *http.Request) *store {
	if r.Header["Authorization"] != nil {
		return nil
	}
	switch goproxy.KindOf(r.URL.Path) {
	case goproxy.List, goproxy.Latest:
		return p.lists
	case goproxy.SumDB:
		return p.sums
	default:
		return nil
	}
}

// valid tells whether a path of some kind is one of a module or of a checksum
// database.
func valid(path string) bool {
	_, _, ok := goproxy.Parse(path)
	return ok || goproxy.ValidSumDB(path)
}

// fresh tells whether an answer is served without a look at the request.
func (p *Proxy) fresh(path string, a *answer, now time.Time) bool {
	if a == nil {
		return false
	}
	v := a.verdict()
	return v == negative || v == failed || v == good && a.age(now) < p.cfg.ttl(path)
}

// pass hands a request to the upstream as it is.
func (p *Proxy) pass(w http.ResponseWriter, r *http.Request) result {
	if crowded(r.Header) {
		return reject(w, http.StatusRequestHeaderFieldsTooLarge, "too many headers")
	}
	weight := min(passWeight, p.callers.max)
	if !p.callers.enter(weight) {
		return turnAway(w)
	}
	defer p.callers.leave(weight)
	p.bypass.ServeHTTP(w, r)
	return bypassed
}

// serveKept serves what the cache has of a path.
func (p *Proxy) serveKept(w http.ResponseWriter, r *http.Request, s *store, a *answer, now time.Time) result {
	age, ttl := a.age(now), p.cfg.ttl(r.URL.Path)
	switch v := a.verdict(); {
	case v == oversized:
		return p.pass(w, r)
	case v == negative, v == failed:
		a.write(w, r, absent, now)
		return absent
	case age < ttl:
		a.write(w, r, hit, now)
		return hit
	case a.held(now):
		return p.serveStale(w, r, a, whyHeld)
	case age < ttl+p.cfg.StaleWhileRevalidate:
		if a.claim(now, now.Add(s.timeout)) {
			p.join(r, s) // and never leave: the call goes on for the cache
		}
		return p.serveStale(w, r, a, whyRevalidating)
	default:
		return p.serveFetched(w, r, s, a)
	}
}

// serveFetched asks the upstream, and falls back to what is kept, if anything.
func (p *Proxy) serveFetched(w http.ResponseWriter, r *http.Request, s *store, kept *answer) result {
	a, why := p.await(r, s, kept != nil)
	switch {
	case a == nil && kept != nil:
		return p.serveStale(w, r, kept, why)
	case a == nil:
		return turnAway(w)
	case kept != nil && p.outlasts(r.URL.Path, kept, a.verdict()):
		return p.serveStale(w, r, kept, whyFailed)
	case a.verdict() == oversized:
		return p.pass(w, r)
	default:
		a.write(w, r, miss, time.Now())
		return miss
	}
}

// await waits for the upstream's answer, or returns why there is none: too many
// wait already or, for a caller who could have a stale answer, it takes long.
func (p *Proxy) await(r *http.Request, s *store, impatient bool) (a *answer, why string) {
	if !p.callers.enter(1) {
		return nil, whyBusy
	}
	defer p.callers.leave(1)
	c := p.join(r, s)
	if c == nil {
		return nil, whyBusy
	}
	defer s.calls.leave(c)
	var late <-chan time.Time
	if impatient {
		late = time.After(companions.LathensStaleWait)
	}
	select {
	case <-c.done:
		return c.answer, ""
	case <-late:
		return nil, whySlow
	case <-r.Context().Done():
		// Returning would send an empty list to a caller who still reads.
		panic(http.ErrAbortHandler)
	}
}

func (p *Proxy) serveStale(w http.ResponseWriter, r *http.Request, a *answer, why string) result {
	p.metrics.stale.WithLabelValues(why).Inc()
	a.write(w, r, stale, time.Now())
	return stale
}

// outlasts tells whether a kept answer is better than a new one. What Athens says
// about a checksum database is its configuration.
func (p *Proxy) outlasts(path string, kept *answer, v verdict) bool {
	return (v == failed || v == negative && goproxy.KindOf(path) != goproxy.SumDB) && kept.verdict() == good &&
		kept.age(time.Now()) < p.cfg.ttl(path)+p.cfg.StaleIfError
}

// refresh fetches an answer and keeps it, unless what is kept is better. Nil where
// its turn was over before.
func (p *Proxy) refresh(ctx context.Context, s *store, path string, header http.Header) *answer {
	kept, found := s.cache.GetIfPresent(path)
	if found && (kept.verdict() != good || kept.age(time.Now()) < p.cfg.ttl(path)) {
		return kept // another flight landed since the caller looked
	}
	start := time.Now()
	a := p.fetch(ctx, s, path, header)
	switch v := a.verdict(); {
	case v == failed && context.Cause(ctx) == errTurnOver:
		return nil
	case found && p.outlasts(path, kept, v):
		kept.hold.Store(time.Now().Add(p.cfg.NegativeTTL).UnixNano())
	case v == refused:
		s.cache.Invalidate(path)
	case v == failed && !a.lasting(), v == failed && ctx.Err() != nil && time.Since(start) < patience:
		// About the request; or the upstream had no time to answer.
	case v == passed || p.cfg.life(path, v) <= 0:
	default:
		s.cache.Set(path, a)
	}
	return a
}
