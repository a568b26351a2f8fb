package athenstest

import (
	"net/http"
	"slices"
	"sync"
)

// Recorder notes the requests to a handler.
type Recorder struct {
	http.Handler
	mu  sync.Mutex
	all []*http.Request
}

// ServeHTTP notes the request and passes it on.
func (c *Recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.all = append(c.all, r.Clone(r.Context()))
	c.mu.Unlock()
	c.Handler.ServeHTTP(w, r)
}

// Forget begins again.
func (c *Recorder) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = nil
}

// Paths are the paths asked for, as they were on the wire, in order; only of
// one kind (see Is) if one is given, where "" is what a mesh would refuse.
func (c *Recorder) Paths(kind ...string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for _, r := range c.all {
		is := Is(r)
		if r.Method != http.MethodGet {
			is = ""
		}
		if len(kind) == 0 || slices.Contains(kind, is) {
			out = append(out, r.Method+" "+r.RequestURI)
		}
	}
	slices.Sort(out)
	return out
}
