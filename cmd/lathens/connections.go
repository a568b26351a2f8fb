package main

import (
	"net"
	"net/http"
	"sync/atomic"
)

// spareFiles are for the upstream's connections, probes, metrics and traces.
const spareFiles = 100

// fit lowers MaxWaiting to what the process may have open, and says so.
func fit(opts *options) {
	most, known := maxFiles()
	need := uint64(opts.MaxWaiting + keptOpen(opts.MaxWaiting) + opts.MaxUpstream + spareFiles) //nolint:gosec // above 0
	if !known || need <= most {
		return
	}
	asked := opts.MaxWaiting
	opts.MaxWaiting = max(1, (int(most)-opts.MaxUpstream-spareFiles)*4/5) //nolint:gosec // below need
	opts.Log.Warn("the limit of open files is too low for --max-waiting",
		"limit", most, "wanted", need, "maxWaiting", opts.MaxWaiting, "asked", asked)
}

// keptOpen is how many connections stay open between requests. One costs half
// of what a caller who waits does.
func keptOpen(maxWaiting int) int { return (maxWaiting + 3) / 4 }

// connections counts those that are open, so that a crowd does not leave its
// own behind.
type connections struct {
	now  atomic.Int64
	kept int64
}

func (c *connections) watch(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		c.now.Add(1)
	case http.StateClosed, http.StateHijacked:
		c.now.Add(-1)
	}
}

// crowded tells whether the connection of a request should close after it.
func (c *connections) crowded() bool { return c.now.Load() > c.kept }
