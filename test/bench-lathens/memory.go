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
	modules, err := floodAll(lathens, "m", o.modules, o)
	if err != nil {
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
	goal, err := metric(lathens, "go_gc_gomemlimit_bytes")
	if err != nil {
		return "", err
	}
	bytes := float64(o.maxBytes) * 3 / 2 // checksums have half as much
	limit := goal/(1<<20) + 16           // the program's file, mapped
	return fmt.Sprintf("| after %d distinct modules (%.0f a second%s) | measured | bound |\n|---|---|---|\n"+
		"| cached | %.1f MiB in %.0f answers |%s |\n| peak resident memory | %.0f MiB |%s |\n",
		modules, float64(modules)/took.Seconds(), cut(modules, o),
		cached/(1<<20), entries, bound(true, cached <= bytes, fmt.Sprintf("%.0f MiB", bytes/(1<<20))),
		peak, bound(true, peak <= limit, fmt.Sprintf("%.0f MiB", limit))), nil
}

// floodAll asks for the lists of modules of a name on all connections. It returns
// how many it has asked for when they, or the time, are at their end.
func floodAll(s *server, name string, modules int, o *options) (sum int, err error) {
	end := time.Now().Add(o.most)
	asked, errs := make([]int, o.connections), make([]error, o.connections)
	var all sync.WaitGroup
	for n := range o.connections {
		all.Go(func() { asked[n], errs[n] = flood(s, name, modules, o.connections, n, end) })
	}
	all.Wait()
	for _, n := range asked {
		sum += n
	}
	return sum, errors.Join(errs...)
}

// pipelined is how many requests are sent at once, which saves the load
// generator most of its work.
const pipelined = 16

// flood asks for one connection's share of the modules, and returns how many
// it has asked for when they, or the time, are at their end.
func flood(s *server, name string, modules, connections, connection int, end time.Time) (asked int, err error) {
	c, err := dial(s)
	if err != nil {
		return 0, err
	}
	defer c.conn.Close()
	for n := connection; n < modules && time.Now().Before(end); {
		sent := 0
		for ; sent < pipelined && n < modules; sent++ {
			c.add(fmt.Sprintf("/example.com/%s%07d/@v/list", name, n))
			n += connections
		}
		if err := c.send(); err != nil {
			return asked, err
		}
		for range sent {
			if _, _, err := c.receive(); err != nil {
				return asked, err
			}
		}
		asked += sent
	}
	return asked, nil
}

// cut says so when the time was too short for all modules.
func cut(modules int, o *options) string {
	if modules >= o.modules {
		return ""
	}
	return fmt.Sprintf(", stopped after %s; %d were wanted", o.most, o.modules)
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
