package crathens

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
)

var errSignal = errors.New("terminated signal received")

// slow is 20 modules with a new version each, whose downloads take d.
func slow(d time.Duration) *athenstest.Server {
	s := &athenstest.Server{Upstream: map[string][]string{}}
	for i := range 20 {
		path := fmt.Sprintf("example.com/m%02d", i)
		s.Upstream[path] = []string{"v1.0.0", "v1.1.0"}
		s.Store(path, "v1.0.0")
	}
	s.Fault = func(_ *athenstest.Server, r *http.Request) http.Handler {
		if athenstest.Is(r) == "info" {
			select {
			case <-time.After(d):
			case <-r.Context().Done():
			}
		}
		return nil
	}
	return s
}

// stopAfter runs a walk that is stopped after d.
func stopAfter(t *testing.T, cfg Config, d time.Duration) Summary {
	t.Helper()
	ctx, stop := context.WithCancelCause(t.Context())
	defer time.AfterFunc(d, func() { stop(errSignal) }).Stop()
	return New(cfg).Run(ctx)
}

func TestStop(t *testing.T) {
	t.Run("lets downloads end, and begins no others", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := &athenstest.Recorder{Handler: slow(20 * time.Second)}
			cfg := offline(t, h)
			cfg.Grace = 30 * time.Second
			got := stopAfter(t, cfg, 50*time.Second)
			if got.Stopped != errSignal.Error() || got.Warmed != 6 || got.Failed != 0 || got.Done != 6 || got.OK() {
				t.Errorf("%+v", got)
			}
			if n := len(h.Paths("info")); n != 6 {
				t.Errorf("%d versions were asked for", n)
			}
		})
	})
	t.Run("cuts off what takes longer than the grace", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			cfg := offline(t, slow(time.Hour))
			cfg.Grace = 10 * time.Second
			got := stopAfter(t, cfg, time.Minute)
			if got.Stopped != errSignal.Error() || got.Warmed != 0 || got.Failed != 0 || got.Took != 70*time.Second {
				t.Errorf("%+v", got)
			}
		})
	})
	t.Run("without grace", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			got := stopAfter(t, offline(t, slow(time.Hour)), time.Minute)
			if got.Stopped != errSignal.Error() || got.Took != time.Minute {
				t.Errorf("%+v", got)
			}
		})
	})
	t.Run("while it waits to try again", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			cfg := offline(t, athenstest.Reset())
			cfg.Grace = time.Hour
			got := stopAfter(t, cfg, 3*time.Second)
			if got.Stopped != errSignal.Error() || got.Failed != 0 || got.Took != 3*time.Second {
				t.Errorf("%+v", got)
			}
		})
	})
	t.Run("while it reads a catalog", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			got := stopAfter(t, offline(t, athenstest.Hang()), 3*time.Second)
			if got.Stopped != errSignal.Error() || got.Failed != 0 || got.Took != 3*time.Second {
				t.Errorf("%+v", got)
			}
		})
	})
	t.Run("before it began", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := &athenstest.Recorder{Handler: small()}
			ctx, stop := context.WithCancelCause(t.Context())
			stop(errSignal)
			if got := New(offline(t, h)).Run(ctx); got.Stopped != errSignal.Error() {
				t.Errorf("%+v", got)
			}
			equal(t, "requests", h.Paths())
		})
	})
	t.Run("and go on with the next walk", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := &athenstest.Recorder{Handler: slow(20 * time.Second)}
			cfg := offline(t, h)
			cfg.Grace = 30 * time.Second
			stopAfter(t, cfg, 50*time.Second)
			want(t, New(cfg).Run(t.Context()), Summary{Modules: 20, Done: 20, New: 14, Warmed: 14})
			if n := len(h.Paths("info")); n != 20 {
				t.Errorf("%d requests for 20 versions", n)
			}
		})
	})
}
