package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// round is one measurement of one program.
type round struct {
	perCore  float64 // requests for a second of its CPU
	p50, p99 time.Duration
}

// measureHits asks each program for one list in turn, so that whatever else
// the machine does meets all of them.
func measureHits(o *options, lathens *server, others ...*server) (string, error) {
	programs := []*server{lathens}
	for _, s := range others {
		if s != nil { // it is not installed
			programs = append(programs, s)
		}
	}
	for _, s := range programs {
		if err := warm(s, s.name == "upstream"); err != nil {
			return "", fmt.Errorf("%s: %w", s.name, err)
		}
	}
	rounds := map[*server][]round{}
	for range o.rounds {
		for _, s := range programs {
			r, err := hitRound(o, s)
			if err != nil {
				return "", fmt.Errorf("%s: %w", s.name, err)
			}
			rounds[s] = append(rounds[s], r)
		}
	}
	var b strings.Builder
	b.WriteString("| program | requests per core and second | lathens beside it | p50 | p99 | p99 / p50 |\n|---|---|---|---|---|---|\n")
	own := median(rounds[lathens], func(r round) float64 { return r.perCore })
	for _, s := range programs {
		perCore := median(rounds[s], func(r round) float64 { return r.perCore })
		p50 := median(rounds[s], func(r round) float64 { return float64(r.p50) })
		p99 := median(rounds[s], func(r round) float64 { return float64(r.p99) })
		ratio := median(rounds[s], func(r round) float64 { return float64(r.p99) / float64(r.p50) })
		fmt.Fprintf(&b, "| %s | %.0f | %s | %s | %s | %.1f%s |\n", title[s.name], perCore, beside(s, own/perCore),
			time.Duration(p50).Round(time.Microsecond), time.Duration(p99).Round(time.Microsecond), ratio, bound(s == lathens, ratio < 5, "< 5"))
	}
	return b.String(), nil
}

var title = map[string]string{
	"lathens":                   "lathens, hit",
	"nginx":                     "nginx proxy cache, hit",
	"varnish":                   "varnish, hit",
	"lathens behind two Envoys": "lathens behind two Envoys, hit",
	"nginx behind two Envoys":   "nginx behind two Envoys, hit",
	"upstream":                  fmt.Sprintf("upstream, a stand-in that computes for %s as Athens does", athensCPU),
}

// beside says how much more than a program lathens does with the same CPU.
func beside(s *server, ratio float64) string {
	text := fmt.Sprintf("%.3g ×", ratio)
	if least := bars[s.name]; least > 0 {
		text += bound(true, ratio >= least, fmt.Sprintf("≥ %.2f", least))
	}
	return text
}

// bars are what lathens does at least with the same CPU.
var bars = map[string]float64{"nginx": .65, "nginx behind two Envoys": .95}

// bound marks a number that has one.
func bound(has, held bool, text string) string {
	switch {
	case !has:
		return ""
	case held:
		return " ✓ (" + text + ")"
	default:
		return " ✗ (" + text + ")"
	}
}

// warm makes a program know the list, and checks that it gives it away whole
// and from its cache.
func warm(s *server, uncached bool) error {
	c, err := dial(s)
	if err != nil {
		return err
	}
	defer c.conn.Close()
	for range 2 {
		cached, body, err := c.get(sampleList)
		if err != nil {
			return err
		}
		if body != len(list(sampleVersions)) {
			return fmt.Errorf("a list of %d bytes", body)
		}
		if hit := strings.EqualFold(cached, "hit"); hit || uncached {
			return nil
		}
	}
	return fmt.Errorf("%s is not cached", sampleList)
}

func hitRound(o *options, s *server) (round, error) {
	before, err := s.cpu()
	if err != nil {
		return round{}, err
	}
	times, err := drive(s, o.connections, o.seconds)
	if err != nil {
		return round{}, err
	}
	after, err := s.cpu()
	if err != nil {
		return round{}, err
	}
	if after == before {
		return round{}, fmt.Errorf("no CPU time in %s; measure for longer", o.seconds)
	}
	return round{
		perCore: float64(len(times)) / (after - before).Seconds(),
		p50:     quantile(times, .5), p99: quantile(times, .99),
	}, nil
}

func median(rounds []round, of func(round) float64) float64 {
	values := make([]float64, len(rounds))
	for i, r := range rounds {
		values[i] = of(r)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
