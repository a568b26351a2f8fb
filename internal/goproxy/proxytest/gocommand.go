package proxytest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// GoCommand runs the real go command in a module of its own, with an empty
// module cache.
type GoCommand struct {
	Dir string
	Env []string
	// Attr is of its processes. Optional.
	Attr *syscall.SysProcAttr
}

// NewGoCommand is one whose GOPROXY is goproxy, and which asks no checksum database.
func NewGoCommand(t testing.TB, goproxy string) *GoCommand {
	t.Helper()
	g := &GoCommand{Dir: t.TempDir()}
	// One key each: the go command takes the last one, readers do not.
	for _, e := range os.Environ() {
		switch key, _, _ := strings.Cut(e, "="); key {
		case "GOPROXY", "GOFLAGS", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOMODCACHE", "GOSUMDB", "GOTOOLCHAIN", "GOWORK":
		default:
			g.Env = append(g.Env, e)
		}
	}
	g.Env = append(g.Env, "GOPROXY="+goproxy, "GOFLAGS=-mod=mod -modcacherw", "GONOSUMDB=*", "GONOPROXY=none",
		"GOMODCACHE="+t.TempDir(), "GOTOOLCHAIN=local", "GOWORK=off")
	if err := os.WriteFile(filepath.Join(g.Dir, "go.mod"), []byte("module example.com/client\n\ngo 1.21\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return g
}

// Run returns the command's standard output, or its error and all it said.
func (g *GoCommand) Run(args ...string) (string, error) {
	cmd := exec.Command("go", args...) //nolint:gosec,noctx // a test's own arguments
	cmd.Dir, cmd.Env, cmd.SysProcAttr = g.Dir, g.Env, g.Attr
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return said.String(), err
	}
	return strings.TrimSpace(string(out)), nil
}

// Must is Run for what has to work.
func (g *GoCommand) Must(t testing.TB, args ...string) string {
	t.Helper()
	out, err := g.Run(args...)
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// GoMod is the text of the module's go.mod.
func (g *GoCommand) GoMod(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(g.Dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
