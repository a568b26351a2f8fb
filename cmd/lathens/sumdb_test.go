package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/sumdb/note"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

const sumDBName = "sum.example.com"

// database is a checksum database behind a module proxy that passes it on as
// Athens does.
type database struct {
	*httptest.Server
	key     string
	stopped atomic.Bool
}

func startDatabase(t *testing.T) *database {
	t.Helper()
	signer, key, err := note.GenerateKey(rand.Reader, sumDBName)
	if err != nil {
		t.Fatal(err)
	}
	d := &database{key: key}
	modules := proxytest.Start(t, proxytest.Modules())
	tree, err := proxytest.Tree(proxytest.Modules())
	if err != nil {
		t.Fatal(err)
	}
	sums := http.StripPrefix("/sumdb/"+sumDBName, sumdb.NewServer(sumdb.NewTestServer(signer, func(path, version string) ([]byte, error) {
		return goSum(t, tree, path, version)
	})))
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch rest, found := strings.CutPrefix(r.URL.Path, "/sumdb/"+sumDBName); {
		case !found:
			modules.ServeHTTP(w, r)
		case rest == "/supported":
		case d.stopped.Load():
			w.WriteHeader(http.StatusBadGateway)
		default:
			sums.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(d.Close)
	return d
}

// goSum are the lines of go.sum for a version.
func goSum(t *testing.T, tree map[string][]byte, path, version string) ([]byte, error) {
	escaped, err := module.EscapePath(path)
	if err != nil {
		return nil, err
	}
	base := escaped + "/@v/" + version
	file := filepath.Join(t.TempDir(), "zip")
	if tree[base+".zip"] == nil {
		return nil, os.ErrNotExist
	}
	if err := os.WriteFile(file, tree[base+".zip"], 0o600); err != nil {
		return nil, err
	}
	files, err := dirhash.HashZip(file, dirhash.Hash1)
	if err != nil {
		return nil, err
	}
	modFile := filepath.Join(filepath.Dir(file), "go.mod")
	if err := os.WriteFile(modFile, tree[base+".mod"], 0o600); err != nil {
		return nil, err
	}
	goMod, err := dirhash.Hash1([]string{"go.mod"}, func(string) (file io.ReadCloser, err error) { return os.Open(modFile) }) //nolint:gosec // our own
	return fmt.Appendf(nil, "%[1]s %[2]s %[3]s\n%[1]s %[2]s/go.mod %[4]s\n", path, version, files, goMod), err
}

// verifying is a go command that asks the database.
func verifying(t *testing.T, d *database, goproxy string) *goCommand {
	g := newGoCommand(t, goproxy)
	g.env = slices.DeleteFunc(g.env, func(e string) bool { return strings.HasPrefix(e, "GONOSUMDB=") || strings.HasPrefix(e, "GOPATH=") })
	// The go command remembers a database's tree in GOPATH.
	g.env = append(g.env, "GOSUMDB="+d.key, "GOPATH="+t.TempDir())
	return g
}

// With the checksum database stopped, whatever was downloaded before can be
// downloaded again, by a go command that has nothing and in any order. What is new
// fails, as the database cannot vouch for it.
func TestChecksumsSurviveTheirDatabase(t *testing.T) {
	d := startDatabase(t)
	l := start(t, "--upstream="+d.URL, "--log-level=error")
	seen := []string{"example.com/plain@v1.0.0", "example.com/retracted@v1.0.0", "example.com/plain@v1.1.0", "example.com/BigLetters/Mod@v0.1.0"}
	verifying(t, d, l.url).must(t, append([]string{"mod", "download"}, seen...)...)

	d.stopped.Store(true)
	verifying(t, d, l.url).must(t, append([]string{"mod", "download"}, seen...)...)
	reversed := verifying(t, d, l.url)
	for _, version := range slices.Backward(seen) {
		reversed.must(t, "mod", "download", version)
	}
	for _, version := range seen {
		verifying(t, d, l.url).must(t, "mod", "download", version)
	}
	const unseen = "example.com/old@v1.0.0"
	if out, err := verifying(t, d, l.url).run("mod", "download", unseen); err == nil ||
		!strings.Contains(out, "verifying go.mod: "+unseen) || !strings.Contains(out, "500 Internal Server Error") {
		t.Errorf("what is new: %v\n%s", err, out)
	}
	if out, err := verifying(t, d, d.URL).run("mod", "download", seen[0]); err == nil {
		t.Errorf("without lathens: %s", out)
	}
}
