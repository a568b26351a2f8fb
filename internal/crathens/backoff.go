package crathens

import (
	"context"
	"time"
)

// Waits between attempts: 2, 4, 8, 16, 32, 60, 60, … seconds. Without jitter: a
// walk has too few requests under way to come as a herd, and a reader of the
// log can tell what it will do next.
const (
	firstWait   = 2 * time.Second
	longestWait = 60 * time.Second

	// longestAfter bounds what a Retry-After may ask for.
	longestAfter = 5 * time.Minute
)

// backoff is the wait after the n-th attempt, counted from 1.
func backoff(n int) time.Duration {
	wait := firstWait
	for ; n > 1 && wait < longestWait; n-- {
		wait *= 2
	}
	return min(wait, longestWait)
}

// sleep waits, or returns why the walk was stopped.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
