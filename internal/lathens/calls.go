package lathens

import (
	"context"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// queuePerTurn is how many lists wait for each call that may be under way: about
// as many as get their turn within the default UpstreamTimeout when Athens takes
// 0.6 s for a list. The rest is better told at once.
const queuePerTurn = 50

// call is the asking for one list, shared by all who want it.
type call struct {
	path   string
	done   chan struct{} // closed when answer is set
	answer *answer
	cancel context.CancelFunc
	// callers who wait for it, and asked, which says that it has its turn:
	// guarded by calls.mu.
	callers int
	asked   bool
}

// calls are the lists that are asked for, or wait for their turn. Not package
// singleflight: its calls cannot be given up, and each caller costs a goroutine
// or a channel.
type calls struct {
	mu     sync.Mutex
	byPath map[string]*call
	queued int // without their turn
	most   int // of queued
	turns  *semaphore.Weighted
	all    sync.WaitGroup
}

func newCalls(maxUpstream int) *calls {
	return &calls{
		byPath: map[string]*call{},
		most:   queuePerTurn * maxUpstream,
		turns:  semaphore.NewWeighted(int64(maxUpstream)),
	}
}

// join makes a caller wait for the call for its list, which begins if there is
// none. Nil where the queue is full. A call goes on for as long as one of those
// who joined it has not left.
func (p *Proxy) join(r *http.Request) *call {
	q := p.calls
	q.mu.Lock()
	defer q.mu.Unlock()
	c := q.byPath[r.URL.Path]
	if c == nil {
		if q.queued >= q.most {
			return nil
		}
		ctx, cancel := context.WithTimeout(p.tracing.detach(p.running, r), p.cfg.UpstreamTimeout)
		c = &call{path: r.URL.Path, done: make(chan struct{}), cancel: cancel}
		q.byPath[c.path] = c
		q.queued++
		header := shareable(r.Header)
		q.all.Go(func() { p.run(ctx, c, header) })
	}
	c.callers++
	return c
}

// leave gives up a call that nobody waits for, unless the upstream works on it:
// whoever comes back then finds the answer.
func (q *calls) leave(c *call) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if c.callers--; c.callers == 0 && !c.asked {
		q.queued--
		delete(q.byPath, c.path)
		c.cancel()
	}
}

// run waits for a call's turn and gets its answer.
func (p *Proxy) run(ctx context.Context, c *call, header http.Header) {
	defer c.cancel()
	q := p.calls
	err := q.turns.Acquire(ctx, 1)
	if err == nil {
		defer q.turns.Release(1)
	}
	if !q.begin(c) {
		return
	}
	if err != nil {
		p.log.Warn("no turn to ask upstream", "path", c.path, "error", err.Error())
		c.answer = failure("too many lists wait for the upstream", time.Now())
	} else {
		c.answer = p.refresh(ctx, c.path, header)
	}
	q.mu.Lock()
	delete(q.byPath, c.path)
	q.mu.Unlock()
	close(c.done)
}

// begin takes a call out of the queue; false where it was given up.
func (q *calls) begin(c *call) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if c.callers == 0 {
		return false
	}
	q.queued--
	c.asked = true
	return true
}

func (q *calls) waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.queued
}
