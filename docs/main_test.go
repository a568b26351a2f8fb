// Package docs tests the pages of this project: each is followed from top to
// bottom in an empty directory, by a reader who has installed the program and
// has no clone and no cluster.
package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/buildtest"
)

const root = ".."

// bin holds what a reader has installed: athens-kfn, and the stand-ins.
var bin string

func TestMain(m *testing.M) {
	if name := filepath.Base(os.Args[0]); standIns[name].play != nil {
		os.Exit(standIn(name, os.Args[1:]))
	}
	os.Exit(func() int {
		var err error
		if bin, err = os.MkdirTemp("", "docs"); err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(bin) }()
		if err := install(); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

// install fills bin and puts it before the PATH. REAL_ and a name is the program
// that a stand-in represents, empty if this machine has none.
func install() error {
	if err := buildtest.Into(bin, root, "athens-kfn"); err != nil {
		return err
	}
	made, err := filepath.Abs(filepath.Join(root, ".bin"))
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	path := made + string(os.PathListSeparator) + os.Getenv("PATH")
	if err := os.Setenv("PATH", path); err != nil {
		return err
	}
	for name := range standIns {
		real, _ := exec.LookPath(name) // empty for none
		if err := os.Setenv("REAL_"+name, real); err != nil {
			return err
		}
		if err := os.Symlink(self, filepath.Join(bin, name)); err != nil {
			return err
		}
	}
	abs, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	if err := os.Setenv("DOCS_ROOT", abs); err != nil {
		return err
	}
	return os.Setenv("PATH", bin+string(os.PathListSeparator)+path)
}

// pages are the pages of the project, and of what is tested elsewhere which
// test does it.
func pages(t *testing.T) (all []string) {
	t.Helper()
	for _, pattern := range []string{"README.md", "CONTRIBUTING.md", "docs/*.md", "docs/*/*.md", "examples/*/README.md", "examples/*/*/README.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range found {
			all = append(all, filepath.ToSlash(strings.TrimPrefix(page, root+string(filepath.Separator))))
		}
	}
	if len(all) < 10 {
		t.Fatalf("%d pages only", len(all))
	}
	return all
}

// elsewhere are pages whose commands another test runs.
var elsewhere = map[string]string{
	"docs/hosts/helm.md": "TestDocs and TestPluginInstall of cmd/helm-athens, with Helm 3 and with Helm 4",
}
