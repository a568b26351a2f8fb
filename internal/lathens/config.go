// Package lathens is a cache in front of a Go module proxy for what Athens asks
// upstream on every call: /{module}/@v/list and /{module}/@latest, and the
// checksum databases below /sumdb/. All else is passed on.
package lathens

import (
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// MinMaxBytes is the least MaxBytes: below it an ordinary list may be too
// large for the cache (see maxEntry).
const MinMaxBytes = 1 << 20

// Config is what a Proxy is made of. Every field but Tracing is required.
type Config struct {
	// Upstream is the module proxy behind the cache, with its path prefix.
	Upstream *url.URL

	// TTL is how long an answer is fresh.
	TTL time.Duration
	// NegativeTTL is how long 404, 410 and an empty list are remembered, and
	// how long a stale answer is served without asking again after a failure.
	// Without a stale answer, a failure is remembered for retryLater at most.
	NegativeTTL time.Duration
	// StaleWhileRevalidate is how long after TTL a stale answer is served at
	// once, while a fresh one is fetched.
	StaleWhileRevalidate time.Duration
	// StaleIfError is how long after TTL a stale answer is served in place of
	// a failure, or of "not found".
	StaleIfError time.Duration

	// MaxBytes bounds the memory of the cached lists, with their keys and the
	// cache's own bookkeeping; at least MinMaxBytes. Checksums have a bound of
	// their own beside it, companions.LathensSumDBBytes.
	MaxBytes int64
	// MaxUpstream is how many lists are asked for upstream at once; at least
	// 1. A host and an owner have their shares of it. What is passed on does
	// not count.
	MaxUpstream int
	// MaxWaiting is how many callers wait for the upstream at once; one who is
	// passed on counts as passWeight. Others get a stale list or, if there is
	// none, 429. At least 1.
	MaxWaiting int
	// UpstreamTimeout ends the asking for one list, over all its tries and
	// the wait for its turn.
	UpstreamTimeout time.Duration

	// SumDBTimeout is the same for an answer of a checksum database, which
	// fetches a module that is new to it first.
	SumDBTimeout time.Duration

	// Transport carries requests to Upstream. It must not follow redirects
	// nor decompress, as NewTransport's does not.
	Transport http.RoundTripper
	Log       *slog.Logger
	Registry  prometheus.Registerer
	// Tracing makes spans; nil for none.
	Tracing *Tracing
}

// maxResponseHeader bounds the headers of an answer: Go's own bound, 10 MiB, is
// for each of MaxUpstream calls.
const maxResponseHeader = 64 << 10

// NewTransport is the transport for a Config: to one host, with as many idle
// connections as lists may be asked for at once.
func NewTransport(maxUpstream int) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableCompression = true // bodies are passed on as they are
	t.MaxResponseHeaderBytes = maxResponseHeader
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = max(maxUpstream, http.DefaultMaxIdleConnsPerHost)
	return t
}
