package lathens

import (
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"
)

// passWeight is how many waiting callers a request that is passed on costs: its
// headers twice, a connection to the upstream, a buffer for the body. Measured
// with hanging upstreams and headers as large as they may be.
const passWeight = 5

// retryLater is what callers who are turned away are told to wait: a list that
// many wait for is usually there by then.
const retryLater = 5 * time.Second

// callers bounds the memory of those who wait for the upstream.
type callers struct {
	now atomic.Int64
	max int64
}

// enter is false where there is no room for n more; a caller that entered must leave.
func (c *callers) enter(n int64) bool {
	if c.now.Add(n) > c.max {
		c.leave(n)
		return false
	}
	return true
}

func (c *callers) leave(n int64) { c.now.Add(-n) }

// turnAway answers a caller for which there is no room. 429, because a mesh
// counts 502, 503 and 504 against the pod that sends them, and because the go
// command takes 404 and 410 for "no such module".
func turnAway(w http.ResponseWriter) result {
	w.Header().Set("Retry-After", strconv.Itoa(int(retryLater/time.Second)))
	return reject(w, http.StatusTooManyRequests, "too many callers wait for lists; try again")
}

// reject answers without asking anything. The connection is closed: kept open,
// it would cost as much as a caller who waits.
func reject(w http.ResponseWriter, status int, text string) result {
	h := w.Header()
	h.Set("Connection", "close")
	h.Set("Cache-Control", noStore)
	h.Set(Header, string(rejected))
	http.Error(w, "lathens: "+text, status)
	return rejected
}

// maxURI bounds what net/http holds of a request for as long as its connection
// is open, beside fixed buffers: the first line. A module's path may be a third
// of it, in case each character is escaped.
const maxURI = 4 << 10

// shrink drops what is not needed to wait for a list: net/http holds on to the
// request, with headers of up to MaxHeaderBytes, for as long as it is served.
func shrink(r *http.Request) {
	r.Header, r.Host = shareable(r.Header), ""
	r.URL = &url.URL{Path: r.URL.Path}
}
