package lathens

import (
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
	"unique"

	"github.com/gomods/athens-kfn/internal/goproxy"
)

// answer is one response of the upstream, read in full. All but hold is
// immutable; all its callers share it.
type answer struct {
	head    unique.Handle[head]
	body    []byte
	zipped  []byte // the body, compressed; nil for none
	etag    string // of a good answer
	fetched int64  // Unix nanoseconds
	// hold is until when (Unix nanoseconds) a stale answer is served without
	// asking again: another caller asks already, or the last try failed.
	hold atomic.Int64
}

// head is what is kept of a response beside its body. The same few values
// occur all over the cache, so answers share them.
type head struct {
	status       int
	contentType  string
	cacheControl string
	encoding     string
	location     string
	retryAfter   string
	verdict      verdict
}

// verdict is what an answer means for the cache.
type verdict uint8

const (
	// good answers are kept for all of their stale time.
	good verdict = iota
	// negative says that there is nothing: 404, 410, or an empty body. It
	// does not replace a good answer, because Athens says 404 for many
	// reasons, and is forgotten soon.
	negative
	// oversized bodies stay out of memory; each caller gets them from the
	// upstream directly.
	oversized
	// failed is a 5xx, a 4xx that is about the request, a broken body, or no
	// answer at all.
	failed
	// refused is 401, 403 or 451: the upstream does not give the module away,
	// so what is kept of it goes.
	refused
	// passed is served once and not kept: redirects, encoded bodies.
	passed
)

func (h *head) size() int {
	return len(h.contentType) + len(h.cacheControl) + len(h.encoding) + len(h.location) + len(h.retryAfter)
}

func (a *answer) verdict() verdict { return a.head.Value().verdict }

// lasting tells of a failure whether it is the upstream's, which will hardly
// answer better at once, and not one of the request.
func (a *answer) lasting() bool {
	status := a.head.Value().status
	return status >= http.StatusInternalServerError || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests
}

// age at the given time, in whole seconds in the header Age.
func (a *answer) age(now time.Time) time.Duration {
	return now.Sub(time.Unix(0, a.fetched))
}

// held tells whether it is too early to ask again.
func (a *answer) held(now time.Time) bool { return now.UnixNano() < a.hold.Load() }

// claim makes the caller the one that asks again; no other is until the
// given time.
func (a *answer) claim(now, until time.Time) bool {
	held := a.hold.Load()
	return held <= now.UnixNano() && a.hold.CompareAndSwap(held, until.UnixNano())
}

// classify needs the body, since an empty list is negative. Athens' answer to
// whether it passes on a checksum database has no body.
func classify(resp *http.Response, body []byte, kind goproxy.Kind) verdict {
	switch code := resp.StatusCode; {
	case code == http.StatusNotFound || code == http.StatusGone:
		return negative
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusUnavailableForLegalReasons:
		return refused
	case code >= 400:
		return failed
	case code != http.StatusOK, encoded(resp), endless(resp):
		return passed
	case blank(body) && kind != goproxy.SumDB:
		return negative
	default:
		return good
	}
}

// encoded bodies must not reach callers who did not ask for them later on;
// none is asked for.
func encoded(resp *http.Response) bool {
	e := resp.Header.Get("Content-Encoding")
	return e != "" && e != "identity"
}

// endless is a body that ends with the connection, as in HTTP/1.0: a broken
// connection cannot be told from its end.
func endless(resp *http.Response) bool {
	return resp.ProtoMajor == 1 && resp.ContentLength < 0 && len(resp.TransferEncoding) == 0
}

func blank(body []byte) bool {
	for _, c := range body {
		if c != '\n' && c != '\r' && c != ' ' {
			return false
		}
	}
	return true
}

// newAnswer keeps of a response what callers need.
func newAnswer(resp *http.Response, body []byte, v verdict, kind goproxy.Kind, now time.Time) *answer {
	h := resp.Header
	cacheControl := h.Get("Cache-Control")
	if v == failed || v == refused {
		cacheControl = noStore
	}
	a := &answer{
		head: unique.Make(head{
			status:       soften(resp.StatusCode),
			contentType:  h.Get("Content-Type"),
			cacheControl: cacheControl,
			encoding:     h.Get("Content-Encoding"),
			location:     h.Get("Location"),
			retryAfter:   h.Get("Retry-After"),
			verdict:      v,
		}),
		body:    body,
		fetched: now.UnixNano(),
	}
	if v == good {
		a.etag = etag(body)
		if kind != goproxy.SumDB { // hashes
			a.zipped = compressed(body)
		}
	}
	return a
}

// noStore is what Cache-Control says of each failure.
const noStore = "no-store"

// failure is the answer where the upstream gave none.
func failure(text string, now time.Time) *answer {
	return &answer{
		head: unique.Make(head{
			status:       http.StatusInternalServerError,
			contentType:  "text/plain; charset=utf-8",
			cacheControl: noStore,
			verdict:      failed,
		}),
		body:    []byte("lathens: " + text + "\n"),
		fetched: now.UnixNano(),
	}
}

// soften turns gateway errors into 500: a mesh counts 502, 503 and 504 against
// the pod that sends them, and an upstream in trouble must not get its cache
// ejected.
func soften(status int) int {
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return http.StatusInternalServerError
	default:
		return status
	}
}

// write sends the answer. Header keys are written as they are canonical, which
// Header.Set would compute for every hit.
func (a *answer) write(w http.ResponseWriter, r *http.Request, outcome result, now time.Time) {
	h, head, status, body := w.Header(), a.head.Value(), a.head.Value().status, a.body
	// Nil keeps net/http from guessing a type.
	h["Content-Type"] = nil
	for _, f := range [...]struct{ name, value string }{
		{"Content-Type", head.contentType},
		{"Cache-Control", head.cacheControl},
		{"Content-Encoding", head.encoding},
		{"Location", head.location},
		{"Retry-After", head.retryAfter},
	} {
		if f.value != "" {
			h[f.name] = []string{f.value}
		}
	}
	if a.zipped != nil {
		h["Vary"] = []string{"Accept-Encoding"}
		if takesGzip(r.Header) {
			h["Content-Encoding"], body = []string{"gzip"}, a.zipped
		}
	}
	if a.etag != "" {
		h["Etag"] = []string{a.etag}
		if knows(r.Header, a.etag) {
			status, body = http.StatusNotModified, nil
		}
	}
	if status != http.StatusNotModified {
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	h["Age"] = []string{strconv.Itoa(int(max(0, a.age(now)) / time.Second))}
	h[Header] = []string{string(outcome)}
	w.WriteHeader(status)
	_, _ = w.Write(body) // fails only when the caller is gone
}

// read reads a body of at most limit bytes; ok is false where there is more.
func read(resp *http.Response, limit int64) (body []byte, ok bool, err error) {
	if resp.ContentLength > limit {
		return nil, false, nil
	}
	if n := resp.ContentLength; n >= 0 {
		body = make([]byte, n)
		_, err = io.ReadFull(resp.Body, body)
		return body, err == nil, err
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil || int64(len(body)) > limit {
		return nil, false, err
	}
	return append(make([]byte, 0, len(body)), body...), true, nil
}
