package span

import (
	"testing"
	"time"
)

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration][3]string{
		0:                             {"0s", "0s", "none"},
		500 * time.Millisecond:        {"500ms", "0.5s", "0.5s"},
		10 * time.Second:              {"10s", "10s", "10s"},
		90 * time.Second:              {"90s", "90s", "90s"},
		5 * time.Minute:               {"5m", "300s", "300s"},
		time.Hour:                     {"1h", "1h", "1h"},
		90 * time.Minute:              {"90m", "90m", "90m"},
		10*time.Hour + time.Second:    {"36001s", "36001s", "36001s"},
		300 * time.Hour:               {"300h", "300h", "300h"},
		300*time.Hour + 1*time.Second: {"1080001s", "1080001s", "1080001s"},
		-time.Minute:                  {"-1m", "-60s", "-60s"},
	} {
		got := [3]string{Short(d), Seconds(d), Deadline(d)}
		if got != want {
			t.Errorf("%v: %v, want %v", d, got, want)
		}
		if back, err := time.ParseDuration(got[0]); err != nil || back != d {
			t.Errorf("%v: %s reads as %v: %v", d, got[0], back, err)
		}
	}
}

func TestTrim(t *testing.T) {
	for in, want := range map[string]string{"5m0s": "5m", "1h0m0s": "1h", "10h0m1s": "10h0m1s", "1h30m0s": "1h30m"} {
		if got := Trim(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
