// Package source reads what an operand of a command line names. A file may come
// from a repository that others write to, so whatever is read has a bound, and a
// directory gives only regular files of its own.
package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Bounds of what is read.
const (
	// MaxBytes is how much an operand may hold, all its files together. Argo CD
	// takes 10 MB of a directory by default.
	MaxBytes = 32 << 20
	// MaxEntries is how many names a directory may have.
	MaxEntries = 10_000
)

// File is one that was read.
type File struct {
	// Name is its path, for messages.
	Name    string
	Content []byte
}

// Reader reads the files of one operand. The zero value is ready for use.
type Reader struct {
	// Max is how many bytes are read, all files together; 0 is MaxBytes.
	Max  int64
	used int64
}

// All reads r to its end. A reader that has more than the bound is an error.
func (r *Reader) All(from io.Reader) ([]byte, error) {
	most := r.Max
	if most == 0 {
		most = MaxBytes
	}
	in, err := io.ReadAll(io.LimitReader(from, most-r.used+1))
	if err != nil {
		return nil, err
	}
	if r.used += int64(len(in)); r.used > most {
		return nil, fmt.Errorf("has more than %d MiB, which is the most that is read: split it", most>>20)
	}
	return in, nil
}

// File reads what a command line names: a file, or a pipe, as /dev/stdin is.
func (r *Reader) File(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	in, err := r.All(file)
	if err != nil {
		return nil, named(name, err)
	}
	return in, nil
}

// Dir reads the files of a directory whose names are wanted, in the order of
// their names, without its subdirectories. A link that leads out of the
// directory, a pipe, a socket or a device is an error; the other files are
// returned with it.
func (r *Reader) Dir(dir string, wanted func(name string) bool) ([]File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	entries, err := List(root)
	if err != nil {
		return nil, named(dir, err)
	}
	var files []File
	var problems []error
	for _, e := range entries {
		if e.IsDir() || !wanted(e.Name()) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		in, err := r.regular(root, e.Name())
		if err != nil {
			problems = append(problems, named(path, err))
			continue
		}
		files = append(files, File{path, in})
	}
	return files, errors.Join(problems...)
}

// List are the entries of a directory, in the order of their names.
func List(root *os.Root) ([]os.DirEntry, error) {
	dir, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(MaxEntries + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(entries) > MaxEntries {
		return nil, fmt.Errorf("has more than %d entries, which is the most that is read: name a file, or move others out", MaxEntries)
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// regular reads a file of a directory. What it is, is asked before it is opened:
// to open a pipe waits for a writer, and to open a device may do something.
func (r *Reader) regular(root *os.Root, name string) ([]byte, error) {
	info, err := root.Stat(name)
	if err != nil {
		if link, lerr := root.Lstat(name); lerr == nil && link.Mode()&os.ModeSymlink != 0 {
			return nil, fmt.Errorf("is a link to nothing in this directory, and only files of the directory are read: put a copy in its place, or name the file itself (%w)", cause(err))
		}
		return nil, cause(err)
	}
	if what := Irregular(info.Mode()); what != "" {
		return nil, fmt.Errorf("is %s, and only files are read from a directory: remove it", what)
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, cause(err)
	}
	defer file.Close()
	return r.All(file)
}

// cause is an error without the path, which is said already.
func cause(err error) error {
	var of *os.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

func named(name string, err error) error { return fmt.Errorf("%s: %w", name, err) }

// IsYAML says whether a name is one of a YAML file that is not hidden.
func IsYAML(name string) bool {
	ext := filepath.Ext(name)
	return (ext == ".yaml" || ext == ".yml") && !strings.HasPrefix(name, ".")
}
