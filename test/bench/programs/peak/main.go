// Command peak runs a program and writes its peak resident memory in KiB to
// the file of its first argument.
//
// It exists because Linux counts the memory of the process that starts a
// program as that program's own: the starter has to be small.
package main

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

func main() {
	cmd := exec.Command(os.Args[2], os.Args[3:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	failed := cmd.Run() // the program has said why
	if cmd.ProcessState == nil {
		os.Exit(2)
	}
	kib := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if err := os.WriteFile(os.Args[1], []byte(strconv.FormatInt(kib, 10)), 0o600); err != nil {
		panic(err)
	}
	if failed != nil {
		os.Exit(cmd.ProcessState.ExitCode())
	}
}
