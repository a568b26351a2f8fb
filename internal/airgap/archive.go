package airgap

import (
	"archive/tar"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"golang.org/x/mod/module"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// maxFiles of one tar: three and a record for each version, and tiles.
const maxFiles = 6 * maxVersions

// archive is a tar of an export whose names are valid.
type archive struct {
	name     string
	file     *os.File
	files    map[string]*io.SectionReader
	versions []module.Version // with files, in order
	sums     Sums
}

// openArchive reads the names in a tar. It returns every problem.
func openArchive(name string, db Database) (*archive, []error) {
	file, err := os.Open(name) //nolint:gosec // the user's own
	if err != nil {
		return nil, []error{err}
	}
	a := &archive{name: name, file: file, files: map[string]*io.SectionReader{}, sums: Sums{}}
	problems := a.index(db)
	if len(problems) == 0 {
		problems = a.readSums()
	}
	if len(problems) > 0 {
		a.close()
		for i, p := range problems {
			problems[i] = fmt.Errorf("%s: %w", quote.Short(name), p)
		}
		return nil, problems
	}
	return a, nil
}

func (a *archive) close() { _ = a.file.Close() } // only read

func (a *archive) index(db Database) (problems []error) {
	for from := tar.NewReader(a.file); ; {
		header, err := from.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return append(problems, fmt.Errorf("is not a whole tar: %w", err))
		}
		if len(a.files) >= maxFiles || len(problems) >= 20 {
			return append(problems, errors.New("further files are not read"))
		}
		v, ext, isModule := parseFileName(header.Name)
		most := cmp.Or(bound(ext), maxProof)
		if header.Name == goSum {
			most = maxGoSum
		}
		switch known := a.files[header.Name] != nil; {
		case !isModule && header.Name != goSum && !db.owns(header.Name), header.Typeflag != tar.TypeReg, known, header.Size > most:
			problems = append(problems, fmt.Errorf("%s is not a file of an export with this --sumdb: export again", quote.Value(header.Name)))
			continue
		case isModule:
			a.versions = append(a.versions, v)
		}
		at, err := a.file.Seek(0, io.SeekCurrent) // a tar.Reader reads no further than it must
		if err != nil {
			return append(problems, err)
		}
		a.files[header.Name] = io.NewSectionReader(a.file, at, header.Size)
	}
	module.Sort(a.versions)
	a.versions = slices.Compact(a.versions)
	for _, v := range a.versions {
		for _, ext := range extensions {
			if a.files[fileName(v, ext)] == nil {
				problems = append(problems, fmt.Errorf("has no %s of %s: export again", ext, v))
			}
		}
	}
	return problems
}

func (a *archive) readSums() []error {
	file := a.files[goSum]
	if file == nil {
		return []error{errors.New("has no go.sum: it is not an export")}
	}
	return a.sums.Read(file)
}

// open reads a file from its beginning.
func (a *archive) open(name string) (io.Reader, error) {
	file := a.files[name]
	if file == nil {
		return nil, fs.ErrNotExist
	}
	return io.NewSectionReader(file, 0, file.Size()), nil
}

// read is for files that are bounded by maxProof.
func (a *archive) read(name string) ([]byte, error) {
	file, err := a.open(name)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(file)
}

// writeFile adds one file to a tar: of the same files the same tar is made.
func writeFile(to *tar.Writer, name string, size int64, from io.Reader) error {
	if err := to.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: size, ModTime: time.Unix(0, 0)}); err != nil {
		return err
	}
	_, err := io.Copy(to, from)
	return err
}
