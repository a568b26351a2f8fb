package gosuite

import (
	"net/http"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// StartLathens runs the program lathens until the test ends, and returns its URL.
func StartLathens(t *testing.T, program, upstream string, flags ...string) string {
	t.Helper()
	address := proxytest.FreeAddress(t)
	flags = append(flags, "--upstream="+upstream, "--listen="+address, "--drain-delay=0s", "--log-level=error")
	start(t, t.TempDir(), "http://"+address+"/example.com/@v/list", program, flags...)
	return "http://" + address
}

// start runs a program until the test ends, and waits until it answers a URL.
func start(t *testing.T, dir, url, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...) //nolint:noctx // ended below
	cmd.Dir, cmd.Stderr = dir, t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Signal(syscall.SIGTERM); _ = cmd.Wait() })
	for range 300 {
		if r, err := http.Get(url); err == nil { //nolint:gosec,noctx // our own
			_ = r.Body.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s does not answer", program)
}
