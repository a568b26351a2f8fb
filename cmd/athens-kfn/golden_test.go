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
	name  string
	input string
	// dir holds output.yaml and warnings.txt, or errors.txt.
	dir string
}

// goldens are the cases of testdata/golden and, so that every example is read
// as an operator would read it, the examples.
func goldens(t *testing.T) []golden {
	t.Helper()
	var out []golden
	for _, pattern := range []string{"testdata/golden/*/input.yaml", "examples/*/site.yaml"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no file matches %s: %v", pattern, err)
		}
		for _, file := range files {
			g := golden{name: filepath.Base(filepath.Dir(file)), input: file, dir: filepath.Dir(file)}
			if filepath.Base(file) == "site.yaml" {
				g.name = "example-" + g.name
				g.dir = filepath.Join(root, "testdata/golden", g.name)
			}
			out = append(out, g)
		}
	}
	return out
}

// run runs the program as a host would: a ResourceList is function input,
// anything else is rendered.
func (g golden) run(t *testing.T) (code int, stdout, stderr string) {
	t.Helper()
	in, err := os.ReadFile(g.input)
	if err != nil {
		t.Fatal(err)
	}
	var args []string
	if !g.isList(in) {
		args = []string{"render", "-"}
	}
	return runWith(args, string(in))
}

func (golden) isList(in []byte) bool { return bytes.Contains(in, []byte("\nkind: ResourceList")) }

func runWith(args []string, in string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(args, strings.NewReader(in), &out, &err)
	return code, out.String(), err.String()
}

func TestGolden(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) {
			code, stdout, stderr := g.run(t)
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
