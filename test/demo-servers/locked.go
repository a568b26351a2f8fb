package main

import (
	"io"
	"sync"
)

// locked lets the go command and the window on lathens write in turns.
type locked struct {
	mu  sync.Mutex
	out io.Writer
}

// Write writes all of p before any other write.
func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(p)
}
