package crathens

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestMaxBytes_EndsTheWalkWhereItIsUsedUpOrCannotBeKept(t *testing.T) {
	for name, c := range map[string]struct {
		length  string // of each zip
		max     int64
		warmed  int
		stopped string
		failed  int
	}{
		"none":     {"", 0, 20, "", 0},
		"enough":   {"100", 2001, 20, "", 0},
		"used up":  {"100", 300, 3, "--max-bytes 300 is used up", 0},
		"unknown":  {"", 300, 1, "--max-bytes cannot be kept: the size of a zip is unknown: ", 1},
		"negative": {"-1", 300, 1, "--max-bytes cannot be kept: ", 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := slow(0)
				cfg := offline(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if !strings.HasSuffix(r.URL.Path, ".zip") {
						s.ServeHTTP(w, r)
						return
					}
					if r.Method != http.MethodHead || c.max == 0 {
						t.Errorf("unexpected %s of a zip", r.Method)
					}
					if c.length != "" {
						w.Header().Set("Content-Length", c.length)
					}
				}))
				cfg.Concurrency, cfg.MaxBytes = 1, c.max
				got := New(cfg).Run(t.Context())
				if got.Warmed != c.warmed || got.Failed != c.failed || !strings.HasPrefix(got.Stopped, c.stopped) || (got.Stopped == "") != (c.stopped == "") {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}

func TestMaxDuration_EndsTheWalkAndTheNextContinues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slow(time.Minute)
		cfg := offline(t, s)
		cfg.Concurrency, cfg.MaxDuration, cfg.Grace = 1, 150*time.Second, time.Minute
		got := New(cfg).Run(t.Context())
		if got.Warmed != 3 || got.Stopped != "--max-duration 150s is over" || got.OK() {
			t.Errorf("%+v", got)
		}
		cfg.MaxDuration = 0
		if got := New(cfg).Run(t.Context()); got.Warmed != 17 || !got.OK() {
			t.Errorf("%+v", got)
		}
	})
}
