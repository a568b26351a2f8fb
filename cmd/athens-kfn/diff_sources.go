package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/quote"
)

type yamlNode = yaml.Node

// operandFile is a file of an operand.
type operandFile struct {
	source.File
	// folder inside the operand that it lies in; empty for none.
	folder string
}

// sources reads an operand: a file, a folder and the folders in it, stdin, or,
// where no such file is, REF:PATH in Git.
func (c console) sources(operand string) ([]operandFile, error) {
	r := source.Reader{Bounds: source.Manifests}
	info, err := os.Stat(operand)
	switch {
	case operand == source.Stdin, err == nil && !info.IsDir():
		files, err := source.Operand(source.Manifests, operand, c.stdin)
		return inFolder("", files), err
	case err != nil && strings.Contains(operand, ":"):
		return fromGit(&r, operand)
	case err != nil:
		return nil, err
	}
	files, err := r.Dir(operand, source.IsYAML)
	if err != nil {
		return nil, err
	}
	out := inFolder("", files)
	folders, err := source.Folders(operand)
	for _, name := range folders {
		files, err := r.Dir(filepath.Join(operand, name), source.IsYAML)
		if err != nil {
			return nil, err
		}
		out = append(out, inFolder(name, files)...)
	}
	return out, err
}

func inFolder(name string, files []source.File) []operandFile {
	out := make([]operandFile, len(files))
	for i, f := range files {
		out[i] = operandFile{f, name}
	}
	return out
}

// fromGit reads a file or a folder as a commit has it.
func fromGit(r *source.Reader, operand string) ([]operandFile, error) {
	kind, err := git(r, "cat-file", "-t", operand)
	if err != nil {
		return nil, fmt.Errorf("%s is no file, and %w", operand, err)
	}
	if strings.TrimSpace(string(kind)) == "blob" {
		in, err := git(r, "cat-file", "blob", operand)
		return inFolder("", []source.File{{Name: operand, Content: in}}), err
	}
	tree, err := git(r, "ls-tree", "-r", "-z", operand)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operand, err)
	}
	var out []operandFile
	for line := range strings.SplitSeq(strings.TrimSuffix(string(tree), "\x00"), "\x00") {
		about, name, _ := strings.Cut(line, "\t") // mode, type and hash, then the path
		folder := strings.TrimSuffix(path.Dir(name), ".")
		if !source.IsYAML(path.Base(name)) || strings.HasPrefix(folder, ".") || strings.Contains(folder, "/") {
			continue
		}
		file := strings.TrimSuffix(operand, "/") + "/" + name
		if strings.HasSuffix(operand, ":") {
			file = operand + name
		}
		if !strings.HasPrefix(about, "100") {
			return nil, fmt.Errorf("%s: is a link, and only files are read: put a copy in its place", file)
		}
		in, err := git(r, "cat-file", "blob", file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out = append(out, inFolder(folder, []source.File{{Name: file, Content: in}})...)
	}
	return out, nil
}

// git runs the git program, which knows what a ref is and where objects lie.
// What it prints counts as read.
func git(r *source.Reader, args ...string) ([]byte, error) {
	if strings.HasPrefix(args[len(args)-1], "-") {
		return nil, fmt.Errorf("%s is no ref", quote.Value(args[len(args)-1]))
	}
	command := exec.Command("git", args...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	switch err := command.Start(); {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("to read it from Git the git program must be in PATH: install git, or name a file")
	case err != nil:
		return nil, err
	}
	out, tooLarge := r.All(stdout)
	if tooLarge != nil {
		_, _ = io.Copy(io.Discard, stdout) // git ends by itself
	}
	err = command.Wait()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		said, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return nil, fmt.Errorf("git says: %s (write REF:PATH from the top of the repository, or REF:./PATH from here)", said)
	}
	return out, cmp.Or(tooLarge, err)
}
