package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// buildPrograms puts lathens and crathens into dir.
func buildPrograms(ctx context.Context, dir string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", dir+string(filepath.Separator),
		"github.com/gomods/athens-kfn/cmd/lathens", "github.com/gomods/athens-kfn/cmd/crathens")
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// runCrathens warms athens and shows what crathens says.
func runCrathens(ctx context.Context, dir, athens string, out io.Writer) error {
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "crathens"), "--athens="+athens, "--rate=100")
	indented := &indent{out: out}
	cmd.Stdout, cmd.Stderr = indented, indented
	return cmd.Run()
}

// lathens is the running program.
type lathens struct {
	cmd *exec.Cmd
	url string
}

// startLathens starts it on a free port, which it says in its log.
func startLathens(ctx context.Context, dir, upstream string) (*lathens, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "lathens"),
		"--upstream="+upstream, "--listen=127.0.0.1:0", "--ttl="+ttl.String(), "--stale-while-revalidate=0s", "--drain-delay=0s")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			go func() { _, _ = io.Copy(io.Discard, stderr) }()
			return &lathens{cmd: cmd, url: "http://" + line.Address}, nil
		}
	}
	return nil, errors.Join(errors.New("lathens does not serve"), cmd.Wait())
}

func (l *lathens) stop() error {
	return errors.Join(l.cmd.Process.Signal(syscall.SIGTERM), l.cmd.Wait())
}

// goList asks for a module's versions as a developer would whose module cache is
// in home.
func goList(ctx context.Context, home, proxy string, out io.Writer) error {
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	args := []string{"list", "-m", "-versions", "example.com/plain"}
	fmt.Fprintf(out, "  $ GOPROXY=%s go %s\n", proxy, strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = home
	cmd.Env = append(os.Environ(), "GOPROXY="+proxy, "GOMODCACHE="+filepath.Join(home, "mod"),
		"GONOSUMDB=*", "GONOPROXY=none", "GOPRIVATE=", "GOFLAGS=-mod=mod -modcacherw", "GOTOOLCHAIN=local", "GOWORK=off")
	indented := &indent{out: out}
	cmd.Stdout, cmd.Stderr = indented, indented
	return cmd.Run()
}

// indent sets lines off from the story around them.
type indent struct{ out io.Writer }

// Write takes whole lines.
func (i *indent) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		if _, err := io.WriteString(i.out, "  "+line); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}
