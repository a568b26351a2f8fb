package proxytest

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Athens is the program of the real Athens that ATHENS_BIN names; without one
// the test is skipped.
func Athens(t testing.TB) string {
	t.Helper()
	program := os.Getenv("ATHENS_BIN")
	if program == "" {
		t.Skip("skipped: ATHENS_BIN does not name an Athens program (go build ./cmd/proxy in Athens' source)")
	}
	program, err := filepath.Abs(program)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// StartAthens runs the real Athens, with disk storage, until the test ends. The
// upstream is what its go command has as GOPROXY. It returns Athens' URL.
func StartAthens(t testing.TB, upstream string) string {
	t.Helper()
	return StartAthensWith(t, "ATHENS_GO_BINARY_ENV_VARS=GOPROXY="+upstream+";GOSUMDB=off;GOTOOLCHAIN=local;GOFLAGS=-modcacherw")
}

// StartAthensWith is StartAthens with an environment, which counts but for where
// Athens listens and stores.
func StartAthensWith(t testing.TB, env ...string) string {
	t.Helper()
	program, home, address := Athens(t), t.TempDir(), FreeAddress(t)
	log, err := os.Create(filepath.Join(home, "athens.log")) //nolint:gosec // in the test's own folder
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program) //nolint:gosec,noctx // the tester's own program; ended below
	cmd.Dir, cmd.Stdout, cmd.Stderr = home, log, log
	cmd.Env = append(env,
		"PATH="+os.Getenv("PATH"), "HOME="+home, "TMPDIR="+home, "ATHENS_PORT="+address, "ATHENS_LOG_LEVEL=info",
		"ATHENS_STORAGE_TYPE=disk", "ATHENS_DISK_STORAGE_ROOT="+t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		_ = log.Close()
		if text, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("Athens' log:\n%s", text)
		}
	})
	awaitReady(t, "http://"+address+"/readyz")
	return "http://" + address
}

func awaitReady(t testing.TB, url string) {
	t.Helper()
	defer http.DefaultClient.CloseIdleConnections()
	var err error
	for range 300 {
		var r *http.Response
		if r, err = http.Get(url); err == nil { //nolint:gosec,noctx // our own
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return
			}
			err = fmt.Errorf("%s", r.Status)
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("Athens is not ready: %v", err)
}

// FreeAddress is a port of loopback that nothing listens on.
func FreeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // only its port is wanted
	return l.Addr().String()
}
