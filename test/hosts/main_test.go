package hosts

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const root = "../.."

// programs is the folder of the built programs.
var programs string

func TestMain(m *testing.M) {
	code, err := build(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func build(m *testing.M) (code int, err error) {
	if programs, err = os.MkdirTemp("", "hosts"); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(programs)) }()
	cmd := exec.Command("go", "build", "-o", programs+string(filepath.Separator), "./cmd/athens-kfn", "./cmd/helm-athens")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	if err := cmd.Run(); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// look finds a tool: built by this test, put into .bin by make, or on the PATH.
func look(tool string) (string, error) {
	for _, dir := range []string{programs, filepath.Join(root, ".bin")} {
		path, err := filepath.Abs(filepath.Join(dir, tool))
		if err != nil {
			return "", err
		}
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return exec.LookPath(tool)
}

func need(t *testing.T, tool string) {
	t.Helper()
	if _, err := look(tool); err != nil {
		t.Skipf("%s is not on this machine: skipped", tool)
	}
}

// run runs a tool in a folder and returns what it prints.
func run(t *testing.T, dir string, stdin []byte, tool string, args ...string) string {
	t.Helper()
	path, err := look(tool)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(stdin)
	cmd.Env = append(os.Environ(), "PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s", tool, strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String()
}

func site(t *testing.T, dir string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "site.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// copyOf a folder, because some hosts write into it.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// decode reads the documents of a stream; of a List or ResourceList its items.
func decode(t *testing.T, stream string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for d := yaml.NewDecoder(strings.NewReader(stream)); ; {
		var o map[string]any
		err := d.Decode(&o)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		items, isList := o["items"].([]any)
		if !isList {
			out = append(out, o)
			continue
		}
		for _, item := range items {
			out = append(out, item.(map[string]any))
		}
	}
}
