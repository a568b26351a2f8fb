package lathens

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// queuePerTurn is how many lists wait for each call that may be under way: about
// as many as get their turn within the default UpstreamTimeout when Athens takes
// 0.6 s for a list. The rest is better told at once.
const queuePerTurn = 50

// patience is how long a call keeps its turn whatever happens: longer than Athens
// takes for a list when it is busy, and so short that a caller whose list waits
// for another's turn hardly notices.
const patience = time.Second

// shares are in quarters of MaxUpstream: how many turns the lists of one group
// have at once, and how many of them they keep past their patience while others
// wait. A group is all lists, those of one host, or those of one owner at it, as
// in github.com/owner. So a host that hangs leaves a quarter to all others, and
// another quarter goes round among its own lists.
var shares = [...]struct{ turns, long int }{{4, 3}, {3, 2}, {2, 1}}

// errTurnOver ends a call whose turn others need. It is asked for again later.
var errTurnOver = errors.New("its turn is over")

// groups of a list's path; the first is that of all lists.
func groups(path string) (g [len(shares)]string) {
	path = path[1:] // it has a slash in front
	host, rest, _ := strings.Cut(path, "/")
	owner, _, _ := strings.Cut(rest, "/")
	g[1], g[2] = host, path[:min(len(path), len(host)+1+len(owner))]
	return g
}

// sumsPerList is how many answers of checksum databases are asked for for each
// list: Athens only passes them on.
const sumsPerList = 5

// groupsOfSums keep slow look-ups of one database from all turns, which its tiles
// need too. No answer gives its turn away.
func groupsOfSums(path string) (g [len(shares)]string) {
	g[1], g[2] = path, path
	if i := strings.Index(path, "/lookup/"); i > 0 {
		g[1] = path[:i]
	}
	return g
}

// turns decide which of the calls that wait are made. Not a semaphore, which
// would serve first who comes first: the lists of one host that hangs took all.
// Its users lock it.
type turns struct {
	most     int
	patience time.Duration
	waiting  []*call // in the order in which they came
	running  []*call // in the order of their turns
	held     map[string]int
	cutting  int // of running: told to end
	ended    int // so far
}

// share of a group of a level, at least one.
func (t *turns) share(quarters int) int { return max(1, (t.most*quarters+3)/4) }

func (t *turns) count(c *call, n int) {
	for _, g := range c.groups {
		if t.held[g] += n; t.held[g] == 0 {
			delete(t.held, g)
		}
	}
}

// next is the index of the waiting call that gets the next turn: of those whose
// groups have not got their share, one of the host that has the fewest. -1 for
// none.
func (t *turns) next() int {
	best := -1
	for i, c := range t.waiting {
		room := true
		for level, g := range c.groups {
			room = room && t.held[g] < t.share(shares[level].turns)
		}
		if room && (best < 0 || t.held[c.groups[1]] < t.held[t.waiting[best].groups[1]]) {
			best = i
		}
	}
	return best
}

// giveOut gives turns to calls that wait, and ends one that has had its turn for
// long if that lets in another.
func (t *turns) giveOut(patienceOver func()) {
	for i := t.next(); i >= 0; i = t.next() {
		c := t.waiting[i]
		t.waiting = slices.Delete(t.waiting, i, i+1)
		t.running = append(t.running, c)
		t.count(c, 1)
		var turn context.Context
		turn, c.end = context.WithCancelCause(c.ctx)
		c.since = time.Now()
		c.asked = true
		c.turn <- turn
		c.timer = time.AfterFunc(t.patience, patienceOver)
	}
	if t.cutting >= len(t.waiting) {
		return
	}
	long, now := map[string]int{}, time.Now()
	for _, c := range t.running {
		if now.Sub(c.since) < t.patience {
			return // those behind it came later
		}
		over := false
		for level, g := range c.groups {
			long[g]++
			over = over || long[g] > t.share(shares[level].long)
		}
		if over && !c.cut && t.needs(c) {
			c.cut = true
			t.cutting++
			t.ended++
			c.end(errTurnOver)
			return
		}
	}
}

// needs tells whether the turn of a call would let another in.
func (t *turns) needs(c *call) bool {
	t.count(c, -1)
	defer t.count(c, 1)
	return t.next() >= 0
}

// giveBack ends the turn of a call.
func (t *turns) giveBack(c *call) {
	c.end(nil)
	c.timer.Stop()
	t.running = slices.DeleteFunc(t.running, func(o *call) bool { return o == c })
	t.count(c, -1)
	if c.cut {
		t.cutting--
		c.cut = false
	}
}

// withdraw removes a call from the queue; false where it does not wait.
func (t *turns) withdraw(c *call) bool {
	before := len(t.waiting)
	t.waiting = slices.DeleteFunc(t.waiting, func(o *call) bool { return o == c })
	return len(t.waiting) < before
}
