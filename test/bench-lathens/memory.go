package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// measureMemory asks lathens for the lists of many modules, short ones, whose
// bookkeeping is most of their weight.
func measureMemory(o *options, lathens *server) (string, error) {
	start := time.Now()
	errs := make([]error, o.connections)
	var all sync.WaitGroup
	for n := range o.connections {
		all.Go(func() { errs[n] = flood(lathens, n, o.connections, o.modules) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return "", err
	}
	took := time.Since(start)
	cached, err := metric(lathens, "lathens_cache_bytes")
	if err != nil {
		return "", err
	}
	entries, err := metric(lathens, "lathens_cache_entries")
	if err != nil {
		return "", err
	}
	peak, err := lathens.peak()
	if err != nil {
		return "", err
	}
	limit := float64(o.maxBytes)/(1<<20) + 30
	return fmt.Sprintf("| %d distinct modules (%.0f a second) | measured | bound |\n|---|---|---|\n"+
		"| cached | %.1f MiB in %.0f answers |%s |\n| peak resident memory | %.0f MiB |%s |\n",
		o.modules, float64(o.modules)/took.Seconds(),
		cached/(1<<20), entries, bound(true, cached <= float64(o.maxBytes), fmt.Sprintf("%d MiB", o.maxBytes>>20)),
		peak, bound(true, peak <= limit, fmt.Sprintf("%.0f MiB", limit))), nil
}

// pipelined is how many requests are sent at once, which saves the load
// generator most of its work.
const pipelined = 16

// flood asks for every step-th module from the first on.
func flood(s *server, first, step, modules int) error {
	c, err := dial(s)
	if err != nil {
		return err
	}
	defer c.conn.Close()
	for n := first; n < modules; {
		sent := 0
		for ; sent < pipelined && n < modules; sent++ {
			c.add(fmt.Sprintf("/example.com/m%07d/@v/list", n))
			n += step
		}
		if err := c.send(); err != nil {
			return err
		}
		for range sent {
			if _, _, err := c.receive(); err != nil {
				return err
			}
		}
	}
	return nil
}

// metric reads one number of lathens' /metrics.
func metric(s *server, name string) (float64, error) {
	resp, err := http.Get("http://" + s.address + "/metrics")
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	_, after, found := strings.Cut(string(text), "\n"+name+" ")
	var value float64
	if _, err := fmt.Sscan(after, &value); err != nil || !found {
		return 0, fmt.Errorf("no %s in /metrics", name)
	}
	return value, nil
}
