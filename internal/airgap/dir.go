package airgap

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/mod/module"
)

// dir is a directory that files are written into as wholes. No name leads out of
// it.
type dir struct {
	root *os.Root
}

func openDir(name string) (dir, error) {
	if err := os.MkdirAll(name, 0o755); err != nil { //nolint:gosec // modules are for all to read
		return dir{}, err
	}
	root, err := os.OpenRoot(name)
	return dir{root}, err
}

func (d dir) has(name string) bool {
	_, err := d.root.Stat(name)
	return err == nil
}

// path is the name of a file for who knows no roots.
func (d dir) path(name string) string { return filepath.Join(d.root.Name(), filepath.FromSlash(name)) }

func (d dir) read(name string, bound int64) ([]byte, error) {
	file, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	return readAll(file, bound)
}

func readAll(r io.Reader, bound int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, bound+1))
	if err == nil && int64(len(text)) > bound {
		err = tooLong(bound)
	}
	return text, err
}

func tooLong(bound int64) error { return fmt.Errorf("is longer than %d bytes", bound) }

func (d dir) write(name string, text []byte) error {
	return d.save(name, int64(len(text)), bytes.NewReader(text), func(string) error { return nil })
}

// save writes a file, and gives it its name when check has found it right.
func (d dir) save(name string, bound int64, from io.Reader, check func(file string) error) (err error) {
	temporary := ".crathens-" + rand.Text()
	file, err := d.root.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) //nolint:gosec // likewise
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = d.root.Remove(temporary)
		}
	}()
	n, err := io.Copy(file, io.LimitReader(from, bound+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if n > bound {
		return tooLong(bound)
	}
	if err := check(d.path(temporary)); err != nil {
		return err
	}
	if err := d.root.MkdirAll(path.Dir(name), 0o755); err != nil { //nolint:gosec // likewise
		return err
	}
	return d.root.Rename(temporary, name)
}

// saveModule writes a file of a version that sums vouch for. Of an .info, which no
// checksum covers, it writes what it knows.
func (d dir) saveModule(v module.Version, ext string, from io.Reader, sums Sums) error {
	if ext == ".info" {
		text, err := readAll(from, maxInfo)
		if err == nil {
			text, err = info(v, text)
		}
		if err != nil {
			return err
		}
		from = bytes.NewReader(text)
	}
	return d.save(fileName(v, ext), bound(ext), from, func(file string) error { return sums.verify(v, ext, file) })
}
