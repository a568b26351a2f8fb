package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomods/athens-kfn/internal/krm"
)

const kustomization = "kustomization.yaml"

// file is one that render -o writes.
type file struct {
	name string
	text []byte
}

// writeDir writes one file per object and a kustomization.yaml that lists them
// in order. Files of an earlier run that are made no more are removed. Nothing
// is touched unless all of it can be done: a file that this program did not
// write is never overwritten.
func writeDir(dir string, made []krm.Made) error {
	files, err := filesOf(made)
	if err != nil {
		return err
	}
	var problems []error
	earlier := map[string]bool{}
	if old, err := os.ReadFile(filepath.Join(dir, kustomization)); err == nil {
		for _, name := range krm.Listed(old) {
			earlier[name] = true
		}
	}
	for _, f := range files {
		old, err := os.ReadFile(filepath.Join(dir, f.name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			problems = append(problems, err)
		case !krm.WroteAll(old):
			problems = append(problems, fmt.Errorf("%s was not written by this program: move it away, or render into another directory", filepath.Join(dir, f.name)))
		}
		delete(earlier, f.name)
	}
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.name), f.text, 0o644); err != nil {
			return err
		}
	}
	for name := range earlier {
		if err := removeOurs(dir, name); err != nil {
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
