package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/sitetest"
)

// readers are the commands that read a site, each with the operand at the end.
var readers = []string{
	"render", "check", "prove", "graph", "runbook", "terraform", "upgrade --athens v0.18.0", "client", "explain --effective -f",
	"why spec.host -f", "diff --mesh none", "argocd applicationset --repo https://git.example.com/x.git",
}

// endless is an input that never ends, until the test stops it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '#'
	}
	if e.read += len(p); e.read > 200<<20 {
		panic("this command reads without a bound")
	}
	return len(p), nil
}

func TestCommands_ReadWithABound(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 32 MiB with each command")
	}
	for _, command := range append(readers, "") {
		var stdout, stderr bytes.Buffer
		args := strings.Fields(command)
		if command != "" {
			args = append(args, "-")
		}
		if code := run(args, &endless{}, &stdout, &stderr); code == 0 || stdout.Len() > 0 && command != "check" ||
			!strings.Contains(stdout.String()+stderr.String(), " MiB, but at most so much is read") {
			t.Errorf("%s: exit code %d, %d bytes: %.300s", command, code, stdout.Len(), stderr.String())
		}
	}
}

// A pipe without a writer, in a directory, would hold a command forever.
func TestCommands_RefusePipesAndLinksOfADirectory(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"site.yaml": fiveLines})
	pipes, links := filepath.Join(dir, "pipes"), filepath.Join(dir, "links")
	for _, d := range []string{pipes, links} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, d, map[string]string{"site.yaml": fiveLines})
	}
	if err := pipe(t, filepath.Join(pipes, "a.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../site.yaml", filepath.Join(links, "a.yaml")); err != nil {
		t.Skip(err)
	}
	for _, command := range readers {
		for operand, want := range map[string]string{pipes: "a.yaml: is a pipe", links: "a.yaml: is a link"} {
			code, stdout, stderr := runWith(append(strings.Fields(command), operand), "")
			if code == 0 || !strings.Contains(stdout+stderr, filepath.Join(operand, want)) {
				t.Errorf("%s %s: exit code %d: %.300s", command, want, code, stderr)
			}
		}
	}
}

// A pipe that a person names is read once, whatever a command does with it.
func TestCommands_ReadAPipeOnce(t *testing.T) {
	site := filepath.Join(t.TempDir(), "site.yaml")
	if err := os.WriteFile(site, []byte(fiveLines), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range readers {
		if command == "terraform" {
			continue // these five lines have nothing for it
		}
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.WriteString(fiveLines); err != nil {
			t.Fatal(err)
		}
		_ = w.Close()
		want, _, _ := runWith(append(strings.Fields(command), site), "")
		path := filepath.Join("/dev/fd", fdOf(r))
		if _, err := os.Stat(path); err != nil {
			t.Skip(err)
		}
		code, _, stderr := runWith(append(strings.Fields(command), path), "")
		_ = r.Close()
		if code != want {
			t.Errorf("%s: exit code %d, that of the file is %d: %.300s", command, code, want, stderr)
		}
	}
}

func fdOf(f *os.File) string { return strconv.Itoa(int(f.Fd())) }

// Every command takes the same operands, and the working directory without one.
func TestCommands_TakeTheSameOperands(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, dir, map[string]string{"site.yaml": sitetest.Regional})
	for _, args := range [][]string{{"init", "-q"}, {"add", "site.yaml"}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a"}} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Skipf("git: %v\n%s", err, out)
		}
	}
	if err := os.Mkdir("list", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "list"), map[string]string{"kustomization.yaml": "generators: [a.yaml]\n", "a.yaml": sitetest.Regional, "b.yaml": "a: [\n"})
	for _, command := range readers {
		args := strings.Fields(command)
		region := []string{"--region", "west"}
		if args[0] == "argocd" {
			region = nil
		}
		want := 0
		if args[0] == "diff" || args[0] == "terraform" { // it differs, and makes nothing in Azure
			want = 1
		}
		for _, operand := range []string{"", ".", "site.yaml", dir, "-", "HEAD:site.yaml", "HEAD:", "list"} {
			args := slices.Clone(args)
			if operand != "" {
				args = append(args, operand)
			} else if args[len(args)-1] == "-f" {
				args = args[:len(args)-1]
			}
			code, stdout, stderr := runWith(append(args, region...), sitetest.Regional)
			if code != want || stdout == "" && args[0] != "terraform" || args[0] == "terraform" && !strings.Contains(stderr, "makes nothing in Azure") {
				t.Errorf("%s %s: exit code %d, %d bytes: %s", command, operand, code, len(stdout), stderr)
			}
		}
	}
}

// A repeated key is about the text, so the file and the line are named.
func TestCommands_PlaceRepeatedKeys(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "site.yaml")
	write(t, dir, map[string]string{"site.yaml": fiveLines + "  host: b.example.com\n  hots: a\n"})
	want := file + ": line 6: AthensSite goproxy/goproxy: spec.host: is repeated, first in line 5: remove one"
	for _, command := range readers {
		if command == "check" {
			continue // which names the file and the line of everything
		}
		code, _, stderr := runWith(append(strings.Fields(command), file), "")
		if code == 0 || !strings.Contains(stderr, want) || !strings.Contains(stderr, "spec.hots") {
			t.Errorf("%s: exit code %d, no %q and no spec.hots in\n%s", command, code, want, stderr)
		}
	}
}
