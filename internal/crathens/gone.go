package crathens

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Bounds of what a summary says about modules that upstream has no more.
const (
	// maxGone are named.
	maxGone = 20

	// outage is how many modules must be gone, and be more than half of all,
	// before that is a failure although other modules are there.
	outage = 10
)

// gone are modules and versions that are stored, here or at the other site, or
// listed, and that Athens finds no more. Builds that have them pinned go on;
// there is nothing to warm.
type gone struct {
	mu      sync.Mutex
	names   []string // the first maxGone
	modules int
	found   bool // upstream has a module or a version that was asked for
}

func isGone(err error) bool {
	f := (*failure)(nil)
	return errors.As(err, &f) && f.gone()
}

// lose notes that a module, or a version of it, is gone upstream.
func (w *walk) lose(of *visit, thing string, why error) {
	thing = shown(thing)
	w.cfg.Log.Warn("gone upstream", "what", thing, "reason", why.Error())
	w.count.gone.Add(1)
	w.record(thing, "gone", why.Error())
	w.gone.mu.Lock()
	defer w.gone.mu.Unlock()
	if len(w.gone.names) < maxGone {
		w.gone.names = append(w.gone.names, thing)
	}
	if !of.gone {
		of.gone = true
		w.gone.modules++
	}
}

// find notes that upstream has something, so that Athens reaches it.
func (w *walk) find() {
	w.gone.mu.Lock()
	defer w.gone.mu.Unlock()
	w.gone.found = true
}

// doubt makes a failure of too many modules that are gone: of all, or most of
// many. Athens answers 404 too when it cannot reach upstream. A single module is
// believed to be gone: its failure would come back with every walk.
func (c *Crawler) doubt() {
	lost, all := c.gone.modules, int(c.count.modules.Load())
	if lost > 1 && !c.gone.found || lost >= outage && 2*lost > all {
		c.fail("list or info", fmt.Sprintf("%d of %d modules", lost, all),
			&failure{reason: "404 or 410 for most or all modules, as when Athens cannot reach upstream"})
	}
	slices.Sort(c.gone.names)
}
