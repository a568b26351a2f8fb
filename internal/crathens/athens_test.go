package crathens

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// startAthens runs the real Athens over a file tree of modules, until the test
// ends. It returns its URL.
func startAthens(t *testing.T, modules map[string][]string) string {
	t.Helper()
	// t.TempDir's name may hold the comma of the test's, which ends a URL in
	// GOPROXY.
	tree, err := os.MkdirTemp("", "upstream")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(tree) })
	if err := athenstest.WriteTree(tree, modules); err != nil {
		t.Fatal(err)
	}
	return proxytest.StartAthens(t, "file://"+filepath.ToSlash(tree))
}
