package mesh

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// endVar says how TestLiveEnding ends; it is for TestLiveCleansUp only.
const endVar = "LIVE_END"

// TestLiveCleansUp: a run leaves neither processes nor files, and so no
// namespaces, which end with their last process: after a failure, a panic
// outside of the test's goroutine, and an interrupt.
func TestLiveCleansUp(t *testing.T) {
	needEnvoy(t)
	for _, end := range []string{"failure", "panic", "interrupt"} {
		t.Run(end, func(t *testing.T) {
			var out bytes.Buffer
			run := exec.Command(os.Args[0], "-test.run=^TestLiveEnding$", "-test.v")
			run.Env, run.Stderr = append(os.Environ(), endVar+"="+end), &out
			stdout, err := run.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := run.Start(); err != nil {
				t.Fatal(err)
			}
			dir := ""
			for lines := bufio.NewScanner(stdout); lines.Scan(); {
				if d, ok := strings.CutPrefix(lines.Text(), "running in "); ok {
					dir = d
					if processes := runningIn(dir); len(processes) < 10 {
						t.Errorf("only %q run", processes)
					}
					if end == "interrupt" {
						run.Process.Signal(syscall.SIGINT)
					}
				}
				out.WriteString(lines.Text() + "\n")
			}
			if err := run.Wait(); err == nil || dir == "" {
				t.Fatalf("it ended with %v in %q:\n%s", err, dir, out.String())
			}
			for range 100 {
				_, err := os.Stat(dir)
				if os.IsNotExist(err) && len(runningIn(dir)) == 0 {
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
			left, _ := filepath.Glob(dir + "/*")
			t.Errorf("left are the files %q and the processes %q", left, runningIn(dir))
		})
	}
}

// runningIn are the processes whose program lies in a folder.
func runningIn(dir string) []string {
	var out []string
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if program, err := os.Readlink(link); err == nil && strings.HasPrefix(program, dir+"/") {
			out = append(out, program)
		}
	}
	return out
}

// TestLiveEnding ends in the way that its environment says.
func TestLiveEnding(t *testing.T) {
	end := os.Getenv(endVar)
	if end == "" {
		t.Skip("this is a part of TestLiveCleansUp")
	}
	running(t, example(t, "minimal"))
	os.Stdout.WriteString("\nrunning in " + scratch + "\n")
	time.Sleep(time.Second) // the reader looks at the processes
	switch end {
	case "failure":
		t.Error("as asked")
	case "panic":
		go panic("as asked")
		select {}
	case "interrupt":
		select {}
	}
}
