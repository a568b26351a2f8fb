package main

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// startAthens runs the real Athens that ATHENS_BIN names, over a proxy, until
// the test ends. It returns its URL.
func startAthens(t *testing.T, upstream string) string {
	t.Helper()
	program := os.Getenv("ATHENS_BIN")
	if program == "" {
		t.Skip("skipped: ATHENS_BIN does not name an Athens program (go build ./cmd/proxy in Athens' source)")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address, home := free.Addr().String(), t.TempDir()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program) //nolint:gosec,noctx // the tester's own program; ended below
	cmd.Dir = home
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home, "ATHENS_PORT=" + address, "ATHENS_LOG_LEVEL=warn",
		"ATHENS_STORAGE_TYPE=disk", "ATHENS_DISK_STORAGE_ROOT=" + filepath.Join(home, "storage"),
		"ATHENS_GO_BINARY_ENV_VARS=GOPROXY=" + upstream + ";GONOSUMDB=*;GOTOOLCHAIN=local;GOFLAGS=-modcacherw",
	}
	if err := os.Mkdir(filepath.Join(home, "storage"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	for range 300 {
		if resp, err := http.Get("http://" + address + "/healthz"); err == nil { //nolint:noctx // on loopback
			_ = resp.Body.Close()
			return "http://" + address
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("Athens does not answer")
	return ""
}

// Every world that the go command is tested in: the module proxy itself, and a
// real Athens that takes its modules from it.
func worlds(t *testing.T, test func(t *testing.T, up *proxytest.Server, url string)) {
	t.Helper()
	t.Run("proxy", func(t *testing.T) {
		up := proxytest.Start(t, proxytest.Modules())
		test(t, up, up.URL)
	})
	t.Run("Athens", func(t *testing.T) {
		up := proxytest.Start(t, proxytest.Modules())
		test(t, up, startAthens(t, up.URL))
	})
}
