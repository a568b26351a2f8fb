package v1alpha1

import (
	"testing"
	"time"
)

func TestPercent(t *testing.T) {
	for text, want := range map[Percent]float64{"99.9%": 0.999, "0%": 0, "100%": 1, "99.999%": 0.99999} {
		if got, ok := text.Fraction(); !ok || got != want {
			t.Errorf("%s: got %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []Percent{"", "%", "99.9", "-1%", "101%", "99.9999%", "1.2.3%", "1e1%", "NaN%"} {
		if got, ok := text.Fraction(); ok {
			t.Errorf("%q: got %v, want it refused", text, got)
		}
	}
}

func TestLongestPause(t *testing.T) {
	for schedule, want := range map[string]time.Duration{
		"17 */6 * * *": 6 * time.Hour,
		"0 3 * * *":    24 * time.Hour,
		"0 9 * * 1-5":  72 * time.Hour,
		"0 0 1 * *":    31 * 24 * time.Hour,
		"* * * * *":    time.Minute,
		"* 9-17 * * *": 15*time.Hour + time.Minute,
		"0 0 1 1 *":    365 * 24 * time.Hour,
		"@every 90m":   90 * time.Minute,
		"0 0 30 2 *":   0, // never
		"nonsense":     0,
	} {
		if got := longestPause(schedule); got != want {
			t.Errorf("%s: got %s, want %s", schedule, got, want)
		}
	}
}
