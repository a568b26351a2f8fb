package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/krm"
)

const kustomization = "kustomization.yaml"

// file is one that render -o writes.
type file struct {
	name string
	text []byte
}

// folder is one that render -o writes: a file for each object and a
// kustomization.yaml that lists them in order.
type folder struct {
	dir   string
	files []file
	// stale are files that an earlier run listed and this one does not make.
	stale []string
}

// planDir says what a folder will hold, and touches nothing. A file that this
// program did not write must not be overwritten.
func planDir(dir string, made []krm.Made) (folder, error) {
	files, err := filesOf(made)
	if err != nil {
		return folder{}, err
	}
	plan := folder{dir: dir, files: files}
	if old, err := os.ReadFile(filepath.Join(dir, kustomization)); err == nil {
		plan.stale = krm.Listed(old)
	}
	var problems []error
	for _, f := range files {
		old, err := os.ReadFile(filepath.Join(dir, f.name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			problems = append(problems, err)
		case !krm.WroteAll(old):
			problems = append(problems, fmt.Errorf("%s was not written by this program: move it away, or render into another directory", filepath.Join(dir, f.name)))
		}
		plan.stale = slices.DeleteFunc(plan.stale, func(name string) bool { return name == f.name })
	}
	return plan, errors.Join(problems...)
}

// write writes the files, and removes those that are made no more.
func (f folder) write() error {
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return err
	}
	for _, each := range f.files {
		if err := os.WriteFile(filepath.Join(f.dir, each.name), each.text, 0o644); err != nil {
			return err
		}
	}
	for _, name := range f.stale {
		if err := removeOurs(f.dir, name); err != nil {
			return err
		}
	}
	return nil
}

// removeOurs removes a file that an earlier run listed, if it is still what
// that run wrote.
func removeOurs(dir, name string) error {
	if filepath.Base(name) != name {
		return nil
	}
	path := filepath.Join(dir, name)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !krm.WroteAll(text) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Remove(path)
}

// filesOf names and encodes the files, the kustomization.yaml last.
func filesOf(made []krm.Made) ([]file, error) {
	names := fileNames(made)
	files := make([]file, 0, len(made)+1)
	for i, m := range made {
		var text bytes.Buffer
		if err := krm.WriteStream(&text, m.Node); err != nil {
			return nil, err
		}
		files = append(files, file{names[i], text.Bytes()})
	}
	var text bytes.Buffer
	if err := krm.WriteStream(&text, krm.Kustomization(names)); err != nil {
		return nil, err
	}
	return append(files, file{kustomization, text.Bytes()}), nil
}

// fileNames are kind_name.yaml, or namespace_kind_name.yaml for those of one
// kind and name in two namespaces.
func fileNames(made []krm.Made) []string {
	base := func(m krm.Made) string {
		id := krm.IDOf(m.Node)
		return strings.ToLower(id.Kind + "_" + id.Name + ".yaml")
	}
	count := map[string]int{}
	for _, m := range made {
		count[base(m)]++
	}
	names := make([]string, len(made))
	for i, m := range made {
		names[i] = base(m)
		if count[names[i]] > 1 {
			names[i] = krm.IDOf(m.Node).Namespace + "_" + names[i]
		}
	}
	return names
}
