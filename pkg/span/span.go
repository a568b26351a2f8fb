// Package span writes durations for people and for programs that read Go's.
package span

import (
	"strconv"
	"strings"
	"time"
)

// Short is a duration in the largest unit that divides it: 24h, 5m and 90s, where
// String has 24h0m0s, 5m0s and 1m30s. Parts of a second are as String has them.
func Short(d time.Duration) string {
	switch {
	case d%time.Second != 0:
		return d.String()
	case d != 0 && d%time.Minute == 0:
		return hours(d)
	}
	return plain(d)
}

// Seconds is a duration in seconds, as the spec and a VirtualService have it, and
// from an hour on in hours or minutes: 0s, 240s, 0.5s, 5h.
func Seconds(d time.Duration) string {
	if d.Abs() >= time.Hour && d%time.Minute == 0 {
		return hours(d)
	}
	return plain(d)
}

// Deadline is Seconds, where no time means that there is no deadline: none.
func Deadline(d time.Duration) string {
	if d == 0 {
		return "none"
	}
	return Seconds(d)
}

// Trim takes the zero units off a duration that String wrote: 5m, not 5m0s.
func Trim(s string) string {
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// hours is a number of hours, or of minutes where it is not whole.
func hours(d time.Duration) string {
	if d%time.Hour == 0 {
		return strconv.FormatInt(int64(d/time.Hour), 10) + "h"
	}
	return strconv.FormatInt(int64(d/time.Minute), 10) + "m"
}

// plain is a number of seconds without an exponent: %g writes 1.08e+06s.
func plain(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s"
}
