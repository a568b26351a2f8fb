package athenstest

import (
	"os"
	"path/filepath"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// WriteTree writes modules as a file tree that GOPROXY=file://dir can name, for
// a real Athens' upstream.
func WriteTree(dir string, modules map[string][]string) error {
	var list []proxytest.Module
	for path, versions := range modules {
		list = append(list, proxytest.Module{Path: path, Versions: versions})
	}
	return WriteModules(dir, list)
}

// WriteModules is WriteTree with the go.mods that modules name.
func WriteModules(dir string, modules []proxytest.Module) error {
	tree, err := proxytest.Tree(modules)
	if err != nil {
		return err
	}
	for name, content := range tree {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(at, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
