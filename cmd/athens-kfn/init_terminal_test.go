package main

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/creack/pty"

	"github.com/gomods/athens-kfn/internal/scaffold"
)

// typing runs the program on a terminal, with what a person types there. It
// returns what the screen showed.
func typing(t *testing.T, keys string, args ...string) (code int, stdout, screen string) {
	t.Helper()
	near, far, err := pty.Open()
	if err != nil {
		t.Skip("skipped: there are no terminals here: ", err)
	}
	if _, err := io.WriteString(near, keys); err != nil {
		t.Fatal(err)
	}
	var shown, out bytes.Buffer
	var reading sync.WaitGroup
	reading.Go(func() { _, _ = io.Copy(&shown, near) })
	code = run(args, far, &out, far)
	_ = far.Close()
	reading.Wait() // Linux ends the other side's reading with an error
	_ = near.Close()
	return code, out.String(), shown.String()
}

const endOfInput = "\x04"

func TestInitAsks(t *testing.T) {
	t.Setenv("GOPROXY", "https://mirror.example.com,direct")
	for _, c := range []struct {
		name, keys string
		args       []string
		site, sees []string
	}{
		{"enter takes what is offered", "\n\ngoproxy.example.com\n\n", nil,
			[]string{"disk: {size: 10Gi}", "host: goproxy.example.com\n", "upstream: {goproxy: \"https://mirror.example.com,direct\"}"},
			[]string{"1  generic", "2  azureblob", "Number or name [disk]: ", "A proxy's URL, or direct [https://mirror.example.com,direct]: "}},
		{"a wrong answer is asked for again", "eks\naks\n7\nGoproxy\ngoproxy.example.com\nfoo\ndirect\n", nil,
			[]string{"revision: asm-1-30", "gcs:", "upstream: {goproxy: direct}"},
			[]string{`"eks" is neither a number nor a name of the list`, `"Goproxy" holds upper case letters`, `"foo" is not a proxy`}},
		{"what a flag says is not asked", "\n\n", []string{"--storage", "s3", "--platform", "kind"},
			[]string{"s3:", "host: goproxy.localtest.me\n"}, []string{"reach it [goproxy.localtest.me]: "}},
		{"--interactive asks although there is a host", "3\n2\n\n", []string{"--host", "a.example.com", "--interactive"},
			[]string{"azureBlob:", "ingress: {className: nginx}", "host: a.example.com\n"}, []string{"Where will it run?"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "site")
			code, stdout, screen := typing(t, c.keys, append([]string{"init", "--to", dir}, c.args...)...)
			if code != 0 || !strings.Contains(stdout, "Wrote athens.yaml") {
				t.Fatalf("exit code %d, stdout %s, screen %s", code, stdout, screen)
			}
			text := readFile(t, dir, scaffold.SiteFile)
			for _, want := range c.site {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			for _, want := range c.sees {
				if !strings.Contains(screen, want) {
					t.Errorf("the terminal does not show %q: %s", want, screen)
				}
			}
		})
	}
}

func TestInitEndsWithoutAnAnswer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	code, stdout, screen := typing(t, "\n"+endOfInput, "init", "--to", dir)
	if code != 1 || stdout != "" || !strings.Contains(screen, "no answer; nothing was written") || exists(dir) {
		t.Errorf("exit code %d, stdout %s, screen %s", code, stdout, screen)
	}
}

// With a host there is nothing to ask.
func TestInitAsksNothingWithAHost(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	if code, _, screen := typing(t, "", "init", "--to", dir, "--host", "goproxy.example.com"); code != 0 || screen != "" {
		t.Errorf("exit code %d, screen %s", code, screen)
	}
}
