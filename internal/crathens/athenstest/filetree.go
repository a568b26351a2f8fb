package athenstest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// WriteTree writes modules as a file tree that GOPROXY=file://dir can name, for
// a real Athens' upstream.
func WriteTree(dir string, modules map[string][]string) error {
	for path, versions := range modules {
		escaped, err := module.EscapePath(path)
		if err != nil {
			return err
		}
		at := filepath.Join(dir, filepath.FromSlash(escaped), "@v")
		if err := os.MkdirAll(at, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(at, "list"), []byte(strings.Join(versions, "\n")+"\n"), 0o600); err != nil {
			return err
		}
		for _, v := range versions {
			if err := writeVersion(at, module.Version{Path: path, Version: v}); err != nil {
				return fmt.Errorf("%s@%s: %w", path, v, err)
			}
		}
	}
	return nil
}

func writeVersion(at string, m module.Version) error {
	goMod := "module " + m.Path + "\n"
	files := []zip.File{file{"doc.go", "// Package doc is for a test.\npackage doc\n"}}
	if !strings.HasSuffix(m.Version, "+incompatible") {
		files = append(files, file{"go.mod", goMod})
	}
	var packed bytes.Buffer
	if err := zip.Create(&packed, m, files); err != nil {
		return err
	}
	v, err := module.EscapeVersion(m.Version)
	if err != nil {
		return err
	}
	base := filepath.Join(at, v)
	return errors.Join(
		os.WriteFile(base+".info", fmt.Appendf(nil, `{"Version":%q,"Time":"2024-01-02T03:04:05Z"}`, m.Version), 0o600),
		os.WriteFile(base+".mod", []byte(goMod), 0o600),
		os.WriteFile(base+".zip", packed.Bytes(), 0o600),
	)
}

// file is a zip.File in memory.
type file struct{ name, text string }

func (f file) Path() string                 { return f.name }
func (f file) Lstat() (os.FileInfo, error)  { return f, nil }
func (f file) Open() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(f.text)), nil }

func (f file) Name() string     { return f.name }
func (f file) Size() int64      { return int64(len(f.text)) }
func (file) Mode() os.FileMode  { return 0o644 }
func (file) ModTime() time.Time { return time.Time{} }
func (file) IsDir() bool        { return false }
func (file) Sys() any           { return nil }
