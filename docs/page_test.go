package docs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// block is a fenced block of a page.
type block struct {
	language, text string
	line           int
	start, end     int // of the text, in the page
	// notRun is why the commands of the block cannot run here.
	notRun string
	// exit is the exit code that the commands end with.
	exit int
	// isOutput says that the block is what the commands before it print.
	isOutput bool
}

var (
	fenced   = regexp.MustCompile("(?ms)(?:^<!-- (not run|exit): ([^\n]*) -->\n)?^```([a-z]*)\n(.*?)^```$")
	fileName = regexp.MustCompile(`\A# (\S+\.ya?ml)\n`)
)

// blocks are the fenced blocks of a page. A comment before one says why it is
// not run, or with which exit code it ends:
//
//	<!-- not run: the reason -->
//	<!-- exit: 1 -->
func blocks(t *testing.T, page string) (out []block) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	group := func(m []int, i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return string(text[m[2*i]:m[2*i+1]])
	}
	before := 0
	for _, m := range fenced.FindAllSubmatchIndex(text, -1) {
		b := block{
			language: group(m, 3), text: group(m, 4), start: m[8], end: m[9],
			line: 1 + bytes.Count(text[:m[8]], []byte("\n")),
		}
		switch group(m, 1) {
		case "not run":
			b.notRun = group(m, 2)
		case "exit":
			if b.exit, err = strconv.Atoi(group(m, 2)); err != nil {
				t.Fatalf("%s:%d: %v", page, b.line, err)
			}
		}
		if n := len(out); n > 0 && b.language == "text" && out[n-1].language == "sh" {
			b.isOutput = len(bytes.TrimSpace(text[before:m[0]])) == 0
		}
		before = m[1]
		out = append(out, b)
	}
	if fences := bytes.Count(text, []byte("```")); fences != 2*len(out) {
		t.Fatalf("%s: %d blocks in %d fences", page, len(out), fences)
	}
	return out
}

// file is the name in the comment that a block with a whole file begins with.
func (b block) file() string {
	if m := fileName.FindStringSubmatch(b.text); m != nil && b.language == "yaml" {
		return m[1]
	}
	return ""
}

// write saves a block that is a file.
func (b block) write(dir string) error {
	path := filepath.Join(dir, b.file())
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(b.text), 0o600)
}

// readable says what is wrong with a block that is no command.
func (b block) readable() error {
	switch b.language {
	case "yaml":
		return documents(strings.NewReader(b.text), func(map[string]any) error { return nil })
	case "json":
		if !json.Valid([]byte(b.text)) {
			return errors.New("no JSON")
		}
	case "text", "": // a picture, an output, a file of another kind
		if line := regexp.MustCompile(`(?m)^(\$ |athens-kfn [a-z]|kubectl [a-z]|az [a-z]).*`).FindString(b.text); line != "" {
			return fmt.Errorf("%q looks like a command: write it into a block of sh, which is run", line)
		}
	case "mermaid":
	default:
		return fmt.Errorf("a block of %q: write sh for commands, which are run, or yaml, json, text or mermaid", b.language)
	}
	return nil
}

// documents calls f with each document of a YAML stream.
func documents(in io.Reader, f func(map[string]any) error) error {
	dec := yaml.NewDecoder(in)
	for {
		var doc map[string]any
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = f(doc)
		}
		if err != nil {
			return err
		}
	}
}
