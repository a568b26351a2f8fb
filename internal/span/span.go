// Package span writes durations for people.
package span

import (
	"fmt"
	"strings"
	"time"
)

// Short is a duration without the zero units that String adds: 5m, not 5m0s.
func Short(d time.Duration) string { return Trim(d.String()) }

// Trim takes the zero units off a duration that String wrote.
func Trim(s string) string {
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Seconds is a duration in seconds, as a VirtualService has it: 300s, 0.5s.
func Seconds(d time.Duration) string { return fmt.Sprintf("%gs", d.Seconds()) }
