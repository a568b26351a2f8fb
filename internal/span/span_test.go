package span

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration][2]string{
		0:                          {"0s", "0s"},
		500 * time.Millisecond:     {"500ms", "0.5s"},
		10 * time.Second:           {"10s", "10s"},
		90 * time.Second:           {"1m30s", "90s"},
		5 * time.Minute:            {"5m", "300s"},
		10 * time.Minute:           {"10m", "600s"},
		time.Hour:                  {"1h", "3600s"},
		10*time.Hour + time.Second: {"10h0m1s", "36001s"},
		90 * time.Minute:           {"1h30m", "5400s"},
		-time.Minute:               {"-1m", "-60s"},
	} {
		if got := [2]string{Short(d), Seconds(d)}; got != want {
			t.Errorf("%v: %v, want %v", d, got, want)
		}
	}
}
