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

// Reader reads one operand, and counts.
type Reader struct {
	Bounds Bounds
	// Warn is told what a kustomization lists and this program does not read;
	// nil to drop it.
	Warn  func(message string)
	bytes int64
	parts int
}

// All reads to the end of what it is given. More than the bounds is an error.
func (r *Reader) All(from io.Reader) ([]byte, error) {
	in, err := io.ReadAll(io.LimitReader(from, r.Bounds.Bytes-r.bytes+1))
	if err != nil {
		return nil, err
	}
	if err := r.count(in); err != nil {
		return nil, err
	}
	return in, nil
}

// File reads what a command line names: a file, or a pipe, as /dev/stdin is.
func (r *Reader) File(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
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
	root, entries, err := listed(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close() //nolint:errcheck // only read
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
			if errors.Is(err, ErrTooLarge) {
				break
			}
			continue
		}
		files = append(files, File{Name: path, Content: in})
	}
	return files, errors.Join(problems...)
}

func listed(dir string) (*os.Root, []os.DirEntry, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	entries, err := list(root, MaxEntries)
	if err != nil {
		root.Close() //nolint:errcheck // only read
		return nil, nil, named(dir, err)
	}
	return root, entries, nil
}

func list(root *os.Root, most int) ([]os.DirEntry, error) {
	dir, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close() //nolint:errcheck // only read
	entries, err := dir.ReadDir(most + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(entries) > most {
		return nil, tooLarge(fmt.Sprintf("has more than %d entries, but at most so many are read: name a file, or move others out", most))
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// Folders are the names of the directories in a directory that are not hidden. A
// link that leads to one outside is an error.
func Folders(dir string) ([]string, error) {
	root, entries, err := listed(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close() //nolint:errcheck // only read
	var out []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if _, err := root.Stat(e.Name()); err != nil {
			return nil, named(path, outside(err))
		}
		out = append(out, e.Name())
	}
	return out, nil
}

// regular reads a file of a directory. What it is, is asked before it is opened:
// to open a pipe waits for a writer, and to open a device may do something.
func (r *Reader) regular(root *os.Root, name string) ([]byte, error) {
	info, err := root.Stat(name)
	if err != nil {
		if link, lerr := root.Lstat(name); lerr == nil && link.Mode()&os.ModeSymlink != 0 {
			return nil, outside(err)
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
	defer file.Close() //nolint:errcheck // only read
	return r.All(file)
}

// outside is what is wrong with a link.
func outside(err error) error {
	return fmt.Errorf("is a link to nothing in this directory, and only what is in the directory is read: put a copy in its place, or name the target itself (%w)", cause(err))
}

// cause is an error without the path, which is said already.
func cause(err error) error {
	var of *os.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

// named is an error with the name of a file.
func named(name string, err error) error { return fmt.Errorf("%s: %w", name, err) }

// IsYAML says whether a name is one of a YAML file that is not hidden.
func IsYAML(name string) bool {
	ext := filepath.Ext(name)
	return (ext == ".yaml" || ext == ".yml") && !strings.HasPrefix(name, ".")
}
