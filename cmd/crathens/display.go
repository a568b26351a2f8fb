package main

import (
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/gomods/athens-kfn/internal/cli"
	"github.com/gomods/athens-kfn/internal/crathens"
)

// display is how a walk is shown: a bar on a terminal, JSON lines in a log.
type display interface {
	log() *slog.Logger
	// follow shows the status until the returned function is called.
	follow(status func() crathens.Status) (hide func())
	summary(*crathens.Summary)
}

var levels = map[string]slog.Level{
	"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
}

func newDisplay(stdout, stderr io.Writer, level string) display {
	if file, ok := stderr.(*os.File); ok && term.IsTerminal(int(file.Fd())) { //nolint:gosec // a descriptor is small
		return newBar(stdout, stderr, level)
	}
	return &lines{slog.New(slog.NewJSONHandler(stderr, cli.LogOptions(levels[level])))}
}

// every calls show now and then, and a last time before stop returns.
func every(interval time.Duration, show func()) (stop func()) {
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				show()
			case <-done:
				show()
				return
			}
		}
	})
	return func() { close(done); running.Wait() }
}

// interval between lines of progress: some hundred in a run of five hours.
const interval = time.Minute

// lines go to a log.
type lines struct{ logger *slog.Logger }

func (l *lines) log() *slog.Logger { return l.logger }

func (l *lines) follow(status func() crathens.Status) func() {
	return every(interval, func() {
		s := status()
		l.logger.Info("progress", "phase", s.Phase, "rows", s.Rows, "modules", s.Modules, "done", s.Done,
			"new", s.New, "warmed", s.Warmed, "failed", s.Failed)
	})
}

// summary of a walk that left something undone shows under every --log-level.
func (l *lines) summary(s *crathens.Summary) {
	if s.OK() {
		l.logger.Info("summary", "walk", s)
		return
	}
	l.logger.Error("summary", "walk", s)
}
