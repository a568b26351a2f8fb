// Package limitsfile reads the limits of this machine: the file of those who
// run it, the one that a variable names, and the one of a flag.
package limitsfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gomods/athens-kfn/internal/source"
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
	switch in, err := read(machine); {
	case err == nil:
		base = &limits.Source{Name: machine, Content: in}
	case !errors.Is(err, fs.ErrNotExist):
		return limits.Set{}, err
	}
	if flag != "" {
		in, err := read(flag)
		if err != nil {
			return limits.Set{}, err
		}
		if source := (limits.Source{Name: flag, Content: in}); base == nil {
			base = &source
		} else {
			narrower = append(narrower, source)
		}
	}
	if variable != "" {
		// A relative one would be looked up in the directory of an Application.
		if !filepath.IsAbs(variable) {
			return limits.Set{}, fmt.Errorf("%s: %q is not an absolute path", limits.Variable, variable)
		}
		in, err := read(variable)
		if err != nil {
			return limits.Set{}, fmt.Errorf("%s: %w", limits.Variable, err)
		}
		narrower = append(narrower, limits.Source{Name: variable, Content: in})
	}
	return limits.New(base, narrower...)
}

// read reads a file that is one: a pipe would make the program wait.
func read(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: is not a file", name)
	}
	return (&source.Reader{Bounds: bounds}).File(name)
}
