package mesh

import (
	"os"
	"os/exec"
	"syscall"
)

// scratch holds what the tests build and write. Other users can read it:
// programs of pods have no rights.
var scratch string

// heldOpen ends with this process.
var heldOpen *os.File

// newScratch makes a folder that goes when this process has ended, however it
// ends: a panic and a signal run no deferred call.
func newScratch() (string, error) {
	dir, err := os.MkdirTemp("", "mesh")
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer read.Close()
	// Programs that end with us may still write: hence the second try.
	sweeper := exec.Command("sh", "-c", `cat; rm -rf "$1" 2>/dev/null || { sleep 1; rm -rf "$1"; }`, "sh", dir)
	sweeper.Stdin, heldOpen = read, write
	sweeper.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // no Ctrl-C for it
	return dir, sweeper.Start()
}
