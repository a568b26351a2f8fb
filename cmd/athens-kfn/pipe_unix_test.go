//go:build unix

package main

import (
	"syscall"
	"testing"
)

// pipe makes a named pipe without a writer.
func pipe(t *testing.T, path string) error {
	t.Helper()
	return syscall.Mkfifo(path, 0o600)
}
