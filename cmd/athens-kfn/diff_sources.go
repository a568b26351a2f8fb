package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

type yamlNode = yaml.Node

// operandFile is one YAML document or several of an operand.
type operandFile struct {
	// name for messages.
	name string
	// folder inside the operand that it lies in; empty for none.
	folder  string
	content []byte
}

// sources reads an operand: a file, a folder and the folders in it, stdin, or,
// where no such file is, REF:PATH in Git.
func (c console) sources(operand string) ([]operandFile, error) {
	if operand == "-" {
		in, err := io.ReadAll(c.stdin)
		return []operandFile{{name: "stdin", content: in}}, err
	}
	info, err := os.Stat(operand)
	switch {
	case err != nil && strings.Contains(operand, ":"):
		return fromGit(operand)
	case err != nil:
		return nil, err
	case !info.IsDir():
		in, err := os.ReadFile(operand)
		return []operandFile{{name: operand, content: in}}, err
	}
	out, err := folderSources(operand, "")
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(operand)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			inside, err := folderSources(filepath.Join(operand, e.Name()), e.Name())
			if err != nil {
				return nil, err
			}
			out = append(out, inside...)
		}
	}
	return out, nil
}

func folderSources(dir, name string) (out []operandFile, err error) {
	files, err := manifests(dir)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		out = append(out, operandFile{name: file, folder: name, content: in})
	}
	return out, nil
}

// fromGit reads a file or a folder as a commit has it.
func fromGit(operand string) ([]operandFile, error) {
	kind, err := git("cat-file", "-t", operand)
	if err != nil {
		return nil, fmt.Errorf("%s is no file, and %w", operand, err)
	}
	if strings.TrimSpace(string(kind)) == "blob" {
		in, err := git("cat-file", "blob", operand)
		return []operandFile{{name: operand, content: in}}, err
	}
	names, err := git("ls-tree", "-r", "-z", "--name-only", operand)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operand, err)
	}
	var out []operandFile
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		folder := strings.TrimSuffix(path.Dir(name), ".")
		if ext := path.Ext(name); ext != ".yaml" && ext != ".yml" || strings.Contains(folder, "/") {
			continue
		}
		file := strings.TrimSuffix(operand, "/") + "/" + name
		if strings.HasSuffix(operand, ":") {
			file = operand + name
		}
		in, err := git("cat-file", "blob", file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out = append(out, operandFile{name: file, folder: folder, content: in})
	}
	return out, nil
}

// git runs the git program, which knows what a ref is and where objects lie.
func git(args ...string) ([]byte, error) {
	if strings.HasPrefix(args[len(args)-1], "-") {
		return nil, fmt.Errorf("%q is no ref", args[len(args)-1])
	}
	out, err := exec.Command("git", args...).Output()
	var failed *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("to read it from Git the git program must be in PATH: install git, or name a file")
	case errors.As(err, &failed):
		said, _, _ := strings.Cut(string(bytes.TrimSpace(failed.Stderr)), "\n")
		return nil, fmt.Errorf("git says: %s (write REF:PATH from the top of the repository, or REF:./PATH from here)", said)
	}
	return out, err
}
