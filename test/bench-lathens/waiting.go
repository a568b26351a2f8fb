package main

import (
	"fmt"
	"os"
	"time"
)

// bookkeeping is what caches hold of a list beside it, at most.
const bookkeeping = 400

// fillUp asks for as many lists as a cache of --max-bytes has room for at least.
func fillUp(s *server, o *options) error {
	if s == nil {
		return nil
	}
	_, err := floodAll(s, fillName, o.maxBytes/(len(list(sampleVersions))+bookkeeping), o)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}

// perCaller is what the generator counts for a caller who waits, without the
// kernel's part.
const perCaller = 20

// measureWaiting makes callers of a fresh lathens, whose heap has no room to reuse,
// wait for a list that never comes.
func measureWaiting(o *options, upstream *server) (string, error) {
	dir, err := os.MkdirTemp("", "bench-lathens-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	lathens, err := startLathens(dir, o, upstream)
	if err != nil {
		return "", err
	}
	defer lathens.stop()
	before, err := lathens.memory("VmRSS:")
	if err != nil {
		return "", err
	}
	for range o.waiting {
		c, err := dial(lathens)
		if err != nil {
			return "", err
		}
		defer c.conn.Close()
		c.add(hangingList)
		if err := c.send(); err != nil {
			return "", err
		}
	}
	for {
		n, err := metric(lathens, "lathens_waiting")
		if err != nil {
			return "", err
		}
		if int(n) == o.waiting {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	after, err := lathens.memory("VmRSS:")
	each := (after - before) * 1024 / float64(o.waiting)
	return fmt.Sprintf("| %d callers wait for one list | measured | bound |\n|---|---|---|\n| resident memory of each | %.1f KiB |%s |\n",
		o.waiting, each, bound(true, each <= perCaller, fmt.Sprintf("%d KiB", perCaller))), err
}
