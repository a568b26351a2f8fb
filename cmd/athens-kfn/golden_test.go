package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const root = "../.."

// golden is one whole-program test: an input, and what comes of it.
type golden struct {
	name string
	in   string
	// dir holds output.yaml and warnings.txt, or errors.txt.
	dir string
}

// goldens are the cases of testdata/golden and, so that every example is read
// as an operator would read it, the examples in each of their clusters.
func goldens(t *testing.T) []golden {
	t.Helper()
	var out []golden
	files, err := filepath.Glob(filepath.Join(root, "testdata/golden/*/input.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		out = append(out, golden{name: filepath.Base(dir), in: readFile(t, file), dir: dir})
	}
	for _, s := range examplesIn(t) {
		name := "example-" + s.Name
		out = append(out, golden{name: name, in: s.Text, dir: filepath.Join(root, "testdata/golden", name)})
	}
	return out
}

// run runs the program as a host would: a ResourceList is function input,
// anything else is rendered.
func (g golden) run() (code int, stdout, stderr string) {
	var args []string
	if !g.isList() {
		args = []string{"render", "-"}
	}
	return runWith(args, g.in)
}

func (g golden) isList() bool { return strings.Contains(g.in, "\nkind: ResourceList") }

// sound says whether a case is specs without problems.
func (g golden) sound() bool { return !g.isList() && !exists(filepath.Join(g.dir, "errors.txt")) }

func runWith(args []string, in string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(args, strings.NewReader(in), &out, &err)
	return code, out.String(), err.String()
}

func TestGolden(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) {
			code, stdout, stderr := g.run()
			good, bad := filepath.Join(g.dir, "output.yaml"), filepath.Join(g.dir, "errors.txt")
			switch {
			case code == 0 && exists(bad):
				t.Fatalf("this input has problems no more: delete %s if that is right", bad)
			case code != 0 && exists(good):
				t.Fatalf("exit code %d, want 0:\n%s", code, stderr)
			case code == 0:
				compare(t, good, stdout)
				compare(t, filepath.Join(g.dir, "warnings.txt"), stderr)
			default:
				compare(t, bad, stderr)
				if code != 1 {
					t.Errorf("exit code %d, want 1", code)
				}
				if stdout != "" && !strings.Contains(stdout, "\nresults:\n") {
					t.Errorf("an input with problems gave output:\n%s", stdout)
				}
			}
		})
	}
}

// compare holds a text against its golden file; no file is an empty text.
func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		writeGolden(t, file, got)
		return
	}
	want, err := os.ReadFile(file)
	if err != nil && (!os.IsNotExist(err) || got != "") {
		t.Fatalf("%v: run the test with -update to write it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: -want +got:\n%s", file, diff)
	}
}

func writeGolden(t *testing.T, file, text string) {
	t.Helper()
	if text == "" {
		_ = os.Remove(file)
		return
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
