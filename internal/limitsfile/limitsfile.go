// Package limitsfile reads the limits of this machine: the file of those who
// run it, the one that a variable names, and the one of a flag.
package limitsfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// bounds of a file of limits.
var bounds = source.Bounds{Bytes: 1 << 20, Parts: 50_000}

// Read reads the file at the path machine if it is there, the one that variable
// names and the one that flag names; both may be empty. The machine's file may
// allow what no table knows, and where it is not there the flag's, which a
// person writes on a command line. The variable's only narrows: hosts of
// functions let configurations set variables. What cannot be read is an error.
func Read(machine, variable, flag string) (limits.Set, error) {
	var base *limits.Source
	var narrower []limits.Source
	switch file, err := read(machine); {
	case err == nil:
		base = &file
	case !errors.Is(err, fs.ErrNotExist):
		return limits.Set{}, err
	}
	if flag != "" {
		file, err := read(flag)
		switch {
		case err != nil:
			return limits.Set{}, err
		case base == nil:
			base = &file
		default:
			narrower = append(narrower, file)
		}
	}
	if variable != "" {
		// A relative one would be looked up in the directory of an Application.
		if !filepath.IsAbs(variable) {
			return limits.Set{}, fmt.Errorf("%s: %q is not an absolute path", limits.Variable, variable)
		}
		file, err := read(variable)
		if err != nil {
			return limits.Set{}, fmt.Errorf("%s: %w", limits.Variable, err)
		}
		narrower = append(narrower, file)
	}
	return limits.New(base, narrower...), nil
}

// Parse reads the text of a file strictly. Errors have its name, the line and
// the field.
func Parse(name string, text []byte) (limits.Source, error) {
	var doc, more yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(text))
	if err := documents.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return limits.Source{}, fmt.Errorf("%s: %w", name, err)
	}
	if err := documents.Decode(&more); !errors.Is(err, io.EOF) {
		return limits.Source{}, fmt.Errorf("%s: holds more than one document: write one", name)
	}
	found, problems := strict.Load[limits.AthensLimits](&doc)
	var errs []error
	for _, p := range problems {
		at, _ := strict.Locate(&doc, p.Path)
		errs = append(errs, fmt.Errorf("%s:%d: %s", name, max(1, at.Line), p))
	}
	return limits.Source{Name: name, Limits: found}, errors.Join(errs...)
}

// read reads a file that is one: a pipe would make the program wait.
func read(name string) (limits.Source, error) {
	info, err := os.Stat(name)
	if err != nil {
		return limits.Source{}, err
	}
	if !info.Mode().IsRegular() {
		return limits.Source{}, fmt.Errorf("%s: is not a file", name)
	}
	text, err := (&source.Reader{Bounds: bounds}).File(name)
	if err != nil {
		return limits.Source{}, err
	}
	return Parse(name, text)
}
