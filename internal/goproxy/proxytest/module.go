// Package proxytest is a Go module proxy for tests: modules made in code,
// served as the GOPROXY protocol's file tree on loopback.
package proxytest

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// Module is one module of the proxy.
type Module struct {
	Path string
	// Versions in any order. Pseudo-versions are served and not listed.
	Versions []string
	// GoMod is added to the go.mod of the last version, as in "retract v1.1.0".
	GoMod string
}

// Modules are a small world with what is special about real ones.
func Modules() []Module {
	return []Module{
		{Path: "example.com/plain", Versions: []string{"v1.0.0", "v1.1.0", "v1.2.0-rc.1"}},
		{Path: "example.com/BigLetters/Mod", Versions: []string{"v0.1.0", "v0.2.0"}},
		{Path: "example.com/retracted", Versions: []string{"v1.0.0", "v1.1.0", "v1.2.0"}, GoMod: "retract [v1.1.0, v1.2.0]"},
		{Path: "example.com/prerelease", Versions: []string{"v0.0.1-alpha", "v0.0.1-beta.2"}},
		{Path: "example.com/old", Versions: []string{"v1.0.0", "v2.0.0+incompatible"}},
		{Path: "example.com/untagged", Versions: []string{"v0.0.0-20240102030405-0123456789ab"}},
	}
}

// Tree is the file tree of modules: path without the leading slash → content.
func Tree(modules []Module) (map[string][]byte, error) {
	tree := map[string][]byte{}
	for _, m := range modules {
		if err := m.addTo(tree); err != nil {
			return nil, fmt.Errorf("%s: %w", m.Path, err)
		}
	}
	return tree, nil
}

func (m *Module) addTo(tree map[string][]byte) error {
	root, err := module.EscapePath(m.Path)
	if err != nil {
		return err
	}
	// Only a module that has no go.mod may have +incompatible versions; what
	// is served as .mod is then made up, as Athens does.
	legacy := slices.ContainsFunc(m.Versions, func(v string) bool { return strings.HasSuffix(v, "+incompatible") })
	var list bytes.Buffer
	for i, version := range m.Versions {
		v := module.Version{Path: m.Path, Version: version}
		name, err := module.EscapeVersion(version)
		if err != nil {
			return err
		}
		goMod := "module " + m.Path + "\n"
		if i == len(m.Versions)-1 && m.GoMod != "" {
			goMod += "\n" + m.GoMod + "\n"
		}
		files := []zip.File{file{"doc.go", "// Package doc is for a test.\npackage doc\n"}}
		if !legacy {
			files = append(files, file{"go.mod", goMod})
		}
		var archive bytes.Buffer
		err = zip.Create(&archive, v, files)
		if err != nil {
			return err
		}
		base := path.Join(root, "@v", name)
		info := fmt.Appendf(nil, `{"Version":%q,"Time":"2024-01-02T03:04:05Z"}`, version)
		tree[base+".info"], tree[base+".mod"], tree[base+".zip"] = info, []byte(goMod), archive.Bytes()
		if !module.IsPseudoVersion(version) {
			fmt.Fprintln(&list, version)
		}
		if i == len(m.Versions)-1 {
			tree[root+"/@latest"] = info
		}
	}
	tree[root+"/@v/list"] = list.Bytes()
	return nil
}

// file is a zip.File in memory, and its own description.
type file struct{ name, text string }

func (f file) Path() string                 { return f.name }
func (f file) Lstat() (fs.FileInfo, error)  { return f, nil }
func (f file) Open() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(f.text)), nil }

func (f file) Name() string     { return f.name }
func (f file) Size() int64      { return int64(len(f.text)) }
func (file) Mode() fs.FileMode  { return 0o644 }
func (file) ModTime() time.Time { return time.Time{} }
func (file) IsDir() bool        { return false }
func (file) Sys() any           { return nil }
