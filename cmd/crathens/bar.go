package main

import (
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/gomods/athens-kfn/internal/crathens"
)

// bar is a progress bar on a terminal. progressbar draws one line when it is
// told to and starts nothing in the background, which is all that is needed
// here; mpb would bring a goroutine and a container for many bars.
type bar struct {
	stdout, stderr io.Writer
	logger         *slog.Logger
	mu             sync.Mutex // a bar may be drawn by many, but not cleared
	line           *progressbar.ProgressBar
}

func newBar(stdout, stderr io.Writer, level string) *bar {
	if level == "" {
		level = "warn" // single failures are in the summary
	}
	b := &bar{stdout: stdout, stderr: stderr}
	b.line = progressbar.NewOptions64(-1,
		progressbar.OptionSetWriter(stderr),
		progressbar.OptionSpinnerType(14),
		progressbar.OptionSetWidth(30),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionFullWidth(),
		progressbar.OptionSetElapsedTime(true),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetSpinnerChangeInterval(0), // no goroutine
	)
	b.logger = slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: levels[level]}))
	return b
}

func (b *bar) log() *slog.Logger { return b.logger }

// Write prints a line of the log where the bar was; the next tick draws it again.
func (b *bar) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.line.Clear()
	return b.stderr.Write(p)
}

func (b *bar) follow(status func() crathens.Status) func() {
	warming := false
	stop := every(200*time.Millisecond, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		s := status()
		if !s.Warming {
			b.line.Describe(s.Phase)
			_ = b.line.Set64(s.Rows)
			return
		}
		if !warming {
			warming = true
			b.line.Reset()
			b.line.ChangeMax64(max(1, s.Modules))
		}
		b.line.Describe(fmt.Sprintf("%s: %d new, %d warmed, %d failed", s.Phase, s.New, s.Warmed, s.Failed))
		_ = b.line.Set64(s.Done)
	})
	return func() { stop(); _ = b.line.Clear() }
}

func (b *bar) summary(s *crathens.Summary) { _ = s.Write(b.stdout) }
