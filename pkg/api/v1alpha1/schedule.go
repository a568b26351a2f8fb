package v1alpha1

import (
	"time"

	"github.com/robfig/cron/v3"
)

// Pauses are the shortest and the longest time between two runs of a schedule, of
// which two years are looked at, or 366 days with runs; 0 if it cannot be read or
// does not run twice.
func Pauses(schedule string) (shortest, longest time.Duration) {
	s, err := cron.ParseStandard(schedule)
	if err != nil {
		return 0, 0
	}
	pause := func(d time.Duration) {
		if longest = max(longest, d); shortest == 0 || d < shortest {
			shortest = d
		}
	}
	last := s.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	day := func(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }
	for next := s.Next(last); day(next).Equal(day(last)) && next.After(last); next = s.Next(last) {
		pause(next.Sub(last))
		last = next
	}
	days := 366
	if of, is := s.(*cron.SpecSchedule); is && of.Dom&of.Month&of.Dow>>63 == 1 { // *, so every day
		days = 1
	}
	// The runs of every day are at the same times.
	for range days {
		next := s.Next(last)
		if next.IsZero() || last.Year() > 2027 {
			break
		}
		pause(next.Sub(last))
		last = last.AddDate(0, 0, int(day(next).Sub(day(last))/(24*time.Hour)))
	}
	return shortest, longest
}
