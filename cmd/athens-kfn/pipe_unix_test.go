//go:build unix

package main

import (
	"syscall"
	"testing"
)

// pipe makes a named pipe that nobody writes to.
func pipe(t *testing.T, path string) error {
	t.Helper()
	return syscall.Mkfifo(path, 0o600)
}
