package lathens

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// call is the asking for one answer, shared by all who want it.
type call struct {
	path   string
	groups [len(shares)]string
	ctx    context.Context // ends with UpstreamTimeout
	cancel context.CancelFunc
	turn   chan context.Context // its turns
	done   chan struct{}        // closed when answer is set
	answer *answer
	// Guarded by calls.mu: the callers who wait for it; asked, which says that it
	// has its turn; since when, what ends it, and whether it was told to end.
	callers int
	asked   bool
	since   time.Time
	timer   *time.Timer
	end     context.CancelCauseFunc
	cut     bool
}

// calls are the lists that are asked for, or wait for their turn. Not package
// singleflight: its calls cannot be given up, and each caller costs a goroutine
// or a channel.
type calls struct {
	mu     sync.Mutex
	byPath map[string]*call
	groups func(path string) [len(shares)]string
	turns  turns
	all    sync.WaitGroup
}

func newCalls(most int, patience time.Duration, groups func(path string) [len(shares)]string) *calls {
	return &calls{byPath: map[string]*call{}, groups: groups, turns: turns{most: most, patience: patience, held: map[string]int{}}}
}

// join makes a caller wait for the call for its list, which begins if there is
// none. Nil where the queue is full. A call goes on for as long as one of those
// who joined it has not left.
func (p *Proxy) join(r *http.Request, s *store) *call {
	q := s.calls
	q.mu.Lock()
	defer q.mu.Unlock()
	c := q.byPath[r.URL.Path]
	if c == nil {
		if len(q.turns.waiting) >= queuePerTurn*q.turns.most {
			return nil
		}
		ctx, cancel := context.WithTimeout(p.tracing.detach(p.running, r), s.timeout)
		c = &call{
			path: r.URL.Path, groups: q.groups(r.URL.Path), ctx: ctx, cancel: cancel,
			turn: make(chan context.Context, 1), done: make(chan struct{}),
		}
		q.byPath[c.path] = c
		header := shareable(r.Header)
		q.all.Go(func() { p.run(c, s, header) })
		q.wait(c)
	}
	c.callers++
	return c
}

// wait puts a call at the end of the queue.
func (q *calls) wait(c *call) {
	c.asked = false
	q.turns.waiting = append(q.turns.waiting, c)
	q.turns.giveOut(q.patienceOver)
}

func (q *calls) patienceOver() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.turns.giveOut(q.patienceOver)
}

// leave gives up a call without a waiting caller, unless the upstream works on it:
// a caller that returns then finds the answer.
func (q *calls) leave(c *call) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if c.callers--; c.callers == 0 && !c.asked {
		q.turns.withdraw(c)
		delete(q.byPath, c.path)
		c.cancel()
	}
}

// run waits for a call's turn and gets its answer, in more than one turn where
// others needed the first.
func (p *Proxy) run(c *call, s *store, header http.Header) {
	defer c.cancel()
	for {
		var turn context.Context
		select {
		case turn = <-c.turn:
		case <-c.ctx.Done():
			if s.calls.late(c) {
				p.log.Warn("no turn to ask upstream", "path", c.path, "error", c.ctx.Err().Error())
				c.land(failure("too many lists wait for the upstream", time.Now()))
				return
			}
			select {
			case turn = <-c.turn:
			default:
				return // given up
			}
		}
		if a := p.refresh(turn, s, c.path, header); s.calls.over(c, a != nil) {
			c.land(a)
			return
		}
	}
}

// late tells whether a call whose time is up still waits for its turn.
func (q *calls) late(c *call) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.turns.withdraw(c) {
		return false
	}
	delete(q.byPath, c.path)
	return true
}

// over ends a call's turn. It is false, and the call waits again, where the turn
// brought no answer and a caller wants one.
func (q *calls) over(c *call, answered bool) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.turns.giveBack(c)
	if !answered && c.callers > 0 {
		q.wait(c)
		return false
	}
	delete(q.byPath, c.path)
	q.turns.giveOut(q.patienceOver)
	return true
}

// land gives a call's answer to all who wait for it.
func (c *call) land(a *answer) {
	c.answer = a
	close(c.done)
}

func (q *calls) waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.turns.waiting)
}

// ended is how many calls gave their turn to others.
func (q *calls) ended() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.turns.ended
}
