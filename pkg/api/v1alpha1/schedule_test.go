package v1alpha1

import (
	"testing"
	"time"
)

func TestPauses_AreTheShortestAndTheLongest(t *testing.T) {
	const day = 24 * time.Hour
	for schedule, want := range map[string][2]time.Duration{
		"17 */6 * * *": {6 * time.Hour, 6 * time.Hour},
		"0 3 * * *":    {day, day},
		"0 9 * * 1-5":  {day, 3 * day},
		"0 0 1 * *":    {28 * day, 31 * day},
		"0 0 1 1 *":    {365 * day, 365 * day},
		"* * * * *":    {time.Minute, time.Minute},
		"* 9-17 * * *": {time.Minute, 15*time.Hour + time.Minute},
		"@every 90m":   {90 * time.Minute, 90 * time.Minute},
		"0 0 30 2 *":   {}, // never
		"nonsense":     {},
	} {
		if shortest, longest := Pauses(schedule); shortest != want[0] || longest != want[1] {
			t.Errorf("%s: got %s and %s, want %s", schedule, shortest, longest, want)
		}
	}
}
