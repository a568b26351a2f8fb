package main

import (
	"fmt"
	"strings"
	"time"
)

// row is one line of the table.
type row struct {
	what, bound, measured, spread, memory, verdict string
}

// bounded is a row for a ratio that has a bound; bound 0 means none.
func bounded(what string, bound float64, beside string, a, b series) row {
	r, spread := ratio(a, b)
	out := row{
		what:     what,
		bound:    "–",
		measured: fmt.Sprintf("%.2f × (%s / %s)", r, short(a.median()), short(b.median())),
		spread:   fmt.Sprintf("%.2f–%.2f", spread[0], spread[1]),
	}
	if bound > 0 {
		out.bound, out.verdict = fmt.Sprintf("≤ %.2g × %s", bound, beside), verdict(r <= bound)
	}
	return out
}

// within is the row with a bound in MiB for its peak memory beside that for time.
func (r row) within(memory, most float64) row {
	r.bound += ", ≤ " + mib(most)
	r.memory = mib(memory)
	r.verdict = verdict(r.verdict == verdict(true) && memory <= most)
	return r
}

// timed is a row for a time that others are compared with.
func timed(what string, s series) row {
	return row{
		what:     what,
		bound:    "–",
		measured: short(s.median()),
		spread:   short(quantile(s, 0.25)) + "–" + short(quantile(s, 0.75)),
	}
}

func verdict(held bool) string {
	if held {
		return "✓"
	}
	return "✗"
}

// short is a duration with three digits.
func short(d time.Duration) string {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit).String()
}

func mib(m float64) string { return fmt.Sprintf("%.0f MiB", m) }

// markdown is the table as it is printed.
func markdown(rows []row) string {
	var b strings.Builder
	b.WriteString("| what | bound | measured | quartiles | peak memory | |\n|---|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.what, r.bound, r.measured, r.spread, r.memory, r.verdict)
	}
	return b.String()
}
