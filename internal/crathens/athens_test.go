package crathens

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

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
)

// athensProgram is a real Athens, which ATHENS_BIN names.
func athensProgram(t *testing.T) string {
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

// startAthens runs Athens with disk storage over a file tree of modules, until
// the test ends. It returns its URL.
func startAthens(t *testing.T, program string, modules map[string][]string) string {
	t.Helper()
	storage, home := t.TempDir(), t.TempDir()
	// t.TempDir's name may hold the comma of the test's, which ends a URL in
	// GOPROXY.
	tree, err := os.MkdirTemp("", "upstream")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(tree) })
	if err := athenstest.WriteTree(tree, modules); err != nil {
		t.Fatal(err)
	}
	address := freePort(t)
	cmd := exec.Command(program) //nolint:gosec,noctx // the tester's own program; ended below
	cmd.Dir = home
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home,
		"ATHENS_PORT=" + address,
		"ATHENS_STORAGE_TYPE=disk", "ATHENS_DISK_STORAGE_ROOT=" + storage,
		"ATHENS_GO_BINARY_ENV_VARS=GOPROXY=file://" + filepath.ToSlash(tree) + ";GOSUMDB=off;GOTOOLCHAIN=local;GOFLAGS=-modcacherw",
		"ATHENS_LOG_LEVEL=info",
	}
	log := filepath.Join(home, "athens.log")
	out, err := os.Create(log) //nolint:gosec // in the test's own folder
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close() //nolint:errcheck // Athens has its own descriptor
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if text, err := os.ReadFile(log); err == nil && t.Failed() { //nolint:gosec // as above
			t.Logf("Athens' log:\n%s", text)
		}
	})
	ready(t, "http://"+address+"/readyz")
	return "http://" + address
}

func ready(t *testing.T, url string) {
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

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // only its port is wanted
	return l.Addr().String()
}
