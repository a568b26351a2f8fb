package crathens

import "sync/atomic"

// What a walk is doing.
const (
	phaseStart int32 = iota
	phaseCatalog
	phaseFrom
	phaseWarm
	phaseDone
)

var phases = [...]string{"starting", "reading the catalog", "reading another site's catalog", "warming", "done"}

// counters are written by the walk and read by the code that shows it.
type counters struct {
	phase                                            atomic.Int32
	rows, modules, done, fresh, warmed, gone, failed atomic.Int64
	skipped, bytes                                   atomic.Int64
}

// Status is how far a walk is.
type Status struct {
	Phase   string // for a person
	Warming bool   // the catalogs are read, so Modules is known
	Rows    int64  // of the catalogs
	Modules int64
	Done    int64
	New     int64
	Warmed  int64
	Failed  int64
}

// Status may be called at any time, from anywhere.
func (c *Crawler) Status() Status {
	n := &c.count
	phase := n.phase.Load()
	return Status{
		Phase:   phases[phase],
		Warming: phase >= phaseWarm,
		Rows:    n.rows.Load(),
		Modules: n.modules.Load(),
		Done:    n.done.Load(),
		New:     n.fresh.Load(),
		Warmed:  n.warmed.Load(),
		Failed:  n.failed.Load(),
	}
}
