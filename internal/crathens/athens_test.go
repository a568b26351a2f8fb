package crathens

import (
	"net/http/httputil"
	neturl "net/url"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/module"

	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// startAthens runs the real Athens over a file tree of modules, until the test
// ends. It returns its URL.
func startAthens(t *testing.T, modules map[string][]string) string {
	t.Helper()
	return startAthensOver(t, func(dir string) error { return athenstest.WriteTree(dir, modules) })
}

func startAthensOver(t *testing.T, write func(dir string) error) string {
	t.Helper()
	// t.TempDir's name may hold the comma of the test's, which ends a URL in
	// GOPROXY.
	tree, err := os.MkdirTemp("", "upstream")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(tree) })
	if err := write(tree); err != nil {
		t.Fatal(err)
	}
	return proxytest.StartAthens(t, "file://"+filepath.ToSlash(tree))
}

// The real Athens lists no retracted version but those that it stores, stores
// one that a go.sum pins, and says how long a zip is.
func TestAthens_StoresPinnedVersionsAndNoOtherRetractedOnes(t *testing.T) {
	proxytest.Athens(t) // or skip
	url := startAthensOver(t, func(dir string) error { return athenstest.WriteModules(dir, proxytest.Modules()) })
	cfg := online(t, url)
	cfg.Modules = []string{"example.com/retracted", "example.com/untagged"}
	cfg.Pinned = []module.Version{{Path: "example.com/retracted", Version: "v1.1.0"}, {Path: "example.com/old", Version: "v1.0.0"}}
	cfg.MaxBytes = 1 << 30
	got := New(cfg).Run(t.Context())
	if got.Bytes < 1000 {
		t.Errorf("four zips have %d bytes", got.Bytes)
	}
	got.Bytes = 0
	want(t, got, Summary{Modules: 3, Done: 3, New: 4, Warmed: 4})
	athens, err := neturl.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	p := record(t, httputil.NewSingleHostReverseProxy(athens))
	equal(t, "stored", p.stored(t), "example.com/old@v1.0.0", "example.com/retracted@v1.0.0", "example.com/retracted@v1.1.0",
		"example.com/untagged@v0.0.0-20240102030405-0123456789ab")
}
