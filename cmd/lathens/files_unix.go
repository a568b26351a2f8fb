//go:build unix

package main

import "syscall"

// maxFiles is how many files and connections the process may have open. Go has
// raised its own limit to what it may be.
func maxFiles() (most uint64, known bool) {
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	return uint64(limit.Cur), err == nil //nolint:unconvert // signed on some systems
}
