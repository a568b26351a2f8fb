package proxytest

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
)

// SumDBName is the name of a Database.
const SumDBName = "sum.example.com"

// Database is a checksum database behind a module proxy that passes it on as
// Athens does. It learns of a version when it is asked.
type Database struct {
	*httptest.Server
	Modules *Server
	Key     string // as GOSUMDB has it
	Stopped atomic.Bool

	fault atomic.Pointer[Fault]
}

// Fault answers requests that it says it has answered; the others are answered
// as ever.
type Fault func(http.ResponseWriter, *http.Request) (answered bool)

// Break asks fault first, of any path; nil heals.
func (d *Database) Break(fault Fault) { d.fault.Store(&fault) }

// StartDatabase serves modules and their checksums on loopback until the test ends.
func StartDatabase(t testing.TB, modules []Module) *Database {
	t.Helper()
	signer, key, err := note.GenerateKey(rand.Reader, SumDBName)
	if err != nil {
		t.Fatal(err)
	}
	d := &Database{Key: key, Modules: Start(t, modules)}
	sums := http.StripPrefix("/sumdb/"+SumDBName, sumdb.NewServer(sumdb.NewTestServer(signer, func(path, version string) ([]byte, error) {
		return d.Modules.goSum(t, path, version)
	})))
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fault := d.fault.Load(); fault != nil && *fault != nil && (*fault)(w, r) {
			return
		}
		switch rest, found := strings.CutPrefix(r.URL.Path, "/sumdb/"+SumDBName); {
		case !found:
			d.Modules.ServeHTTP(w, r)
		case rest == "/supported":
		case d.Stopped.Load():
			w.WriteHeader(http.StatusBadGateway)
		default:
			sums.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(d.Close)
	return d
}

// GoCommand is one that asks the database.
func (d *Database) GoCommand(t testing.TB, goproxy string) *GoCommand {
	g := NewGoCommand(t, goproxy)
	g.Env = slices.DeleteFunc(g.Env, func(e string) bool { return strings.HasPrefix(e, "GONOSUMDB=") || strings.HasPrefix(e, "GOPATH=") })
	// The go command remembers a database's tree in GOPATH.
	g.Env = append(g.Env, "GOSUMDB="+d.Key, "GOPATH="+t.TempDir())
	return g
}

// GoSum are the lines of go.sum for versions.
func (d *Database) GoSum(t testing.TB, versions ...string) string {
	t.Helper()
	var text strings.Builder
	for _, v := range versions {
		path, version, _ := strings.Cut(v, "@")
		lines, err := d.Modules.goSum(t, path, version)
		if err != nil {
			t.Fatal(v, err)
		}
		text.Write(lines)
	}
	return text.String()
}

func (s *Server) goSum(t testing.TB, path, version string) ([]byte, error) {
	escaped, err := module.EscapePath(path)
	if err != nil {
		return nil, err
	}
	base := escaped + "/@v/" + version
	file := filepath.Join(t.TempDir(), "zip")
	if s.tree[base+".zip"] == nil {
		return nil, os.ErrNotExist
	}
	if err := os.WriteFile(file, s.tree[base+".zip"], 0o600); err != nil {
		return nil, err
	}
	files, err := dirhash.HashZip(file, dirhash.Hash1)
	if err != nil {
		return nil, err
	}
	modFile := filepath.Join(filepath.Dir(file), "go.mod")
	if err := os.WriteFile(modFile, s.tree[base+".mod"], 0o600); err != nil {
		return nil, err
	}
	goMod, err := dirhash.Hash1([]string{"go.mod"}, func(string) (file io.ReadCloser, err error) { return os.Open(modFile) }) //nolint:gosec // our own
	return fmt.Appendf(nil, "%[1]s %[2]s %[3]s\n%[1]s %[2]s/go.mod %[4]s\n", path, version, files, goMod), err
}
