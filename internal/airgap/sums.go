package airgap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/gomods/athens-kfn/internal/crathens"
)

// Sums are the lines of go.sum files: the hash of a version's zip, and that of its
// go.mod where the version ends in /go.mod.
type Sums map[module.Version]string

// Read adds the lines of a go.sum. It returns every problem, each with its line.
func (s Sums) Read(r io.Reader) []error {
	var conflicts []error
	return append(crathens.ReadGoSumLines(r, func(v module.Version, hash string) {
		conflicts = append(conflicts, s.add(v, hash))
	}), compact(conflicts)...)
}

// add is for a line. Two hashes of one file are an error: one is of a manipulated file.
func (s Sums) add(v module.Version, hash string) error {
	if known := s[v]; known != "" && known != hash {
		return fmt.Errorf("%s has two checksums, %s and %s: find out who changed it", v, known, hash)
	}
	s[v] = hash
	return nil
}

// versions are those with a line, in order.
func (s Sums) versions() []module.Version {
	all := slices.Collect(maps.Keys(s))
	for i := range all {
		all[i] = whole(all[i])
	}
	module.Sort(all)
	return slices.Compact(all)
}

// each calls f for each line, in order.
func (s Sums) each(f func(line module.Version, hash string)) {
	lines := slices.Collect(maps.Keys(s))
	module.Sort(lines)
	for _, v := range lines {
		f(v, s[v])
	}
}

// text is a go.sum.
func (s Sums) text() []byte {
	var text bytes.Buffer
	s.each(func(line module.Version, hash string) { fmt.Fprintln(&text, line.Path, line.Version, hash) })
	return text.Bytes()
}

const goModSuffix = "/go.mod"

func goModOf(v module.Version) module.Version {
	return module.Version{Path: v.Path, Version: v.Version + goModSuffix}
}

func whole(v module.Version) module.Version {
	return module.Version{Path: v.Path, Version: strings.TrimSuffix(v.Version, goModSuffix)}
}

// vouched is an error unless both files of a version have a checksum.
func (s Sums) vouched(v module.Version) error {
	switch {
	case s[v] == "":
		return fmt.Errorf("%s: its go.sum has no checksum of the zip, and no database vouches for it: run go mod download %s in its module", v, v)
	case s[goModOf(v)] == "":
		return fmt.Errorf("%s: its go.sum has no checksum of the go.mod, and no database vouches for it: run go mod tidy", v)
	}
	return nil
}

var errTooMany = errors.New("there are more than 50000 versions: export them in parts")
