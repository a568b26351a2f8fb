package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/sumdb/note"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

const databaseName = "sum.example.com"

// standIn answers as a site does: modules, and under /sumdb/ a checksum
// database that knows the public ones.
type standIn struct {
	*httptest.Server
	key   string // of the database, as GOSUMDB has it
	mu    sync.Mutex
	paths []string
}

func startSite(t *testing.T) *standIn {
	t.Helper()
	modules := append(proxytest.Modules(), proxytest.Module{Path: "example.com/corp/secret", Versions: []string{"v1.0.0"}})
	tree, err := proxytest.Tree(modules)
	if err != nil {
		t.Fatal(err)
	}
	signer, key, err := note.GenerateKey(nil, databaseName)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	database := sumdb.NewServer(sumdb.NewTestServer(signer, func(path, version string) ([]byte, error) {
		if strings.HasPrefix(path, "example.com/corp/") {
			return nil, errors.New("not public")
		}
		return sums(dir, path, version, tree[path+"/@v/"+version+".zip"], tree[path+"/@v/"+version+".mod"])
	}))
	modulesOf := proxytest.Start(t, modules)
	s := &standIn{key: key}
	const under = "/sumdb/" + databaseName
	s.Server = httptest.NewServer(proxytest.OnlyGet(t, func(string) bool { return true }, func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.paths = append(s.paths, r.URL.Path)
		s.mu.Unlock()
		switch {
		case r.URL.Path == under+"/supported":
		case strings.HasPrefix(r.URL.Path, under+"/"):
			http.StripPrefix(under, database).ServeHTTP(w, r)
		default:
			modulesOf.Serve(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// sums are the lines of go.sum for a module.
func sums(dir, path, version string, archive, goMod []byte) ([]byte, error) {
	file := filepath.Join(dir, "module.zip")
	if err := os.WriteFile(file, archive, 0o600); err != nil {
		return nil, err
	}
	all, err := dirhash.HashZip(file, dirhash.Hash1)
	if err != nil {
		return nil, err
	}
	mod, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(goMod)), nil })
	return fmt.Appendf(nil, "%[1]s %[2]s %[3]s\n%[1]s %[2]s/go.mod %[4]s\n", path, version, all, mod), err
}

func (s *standIn) asked(path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.paths, path)
}

// shell runs lines on a machine whose developer has a GOPRIVATE of the old
// days, and no settings or modules yet.
func (s *standIn) shell(t *testing.T, sh, lines string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), sh, "-e")
	cmd.Dir, cmd.Stdin = t.TempDir(), strings.NewReader(lines)
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); !strings.HasPrefix(name, "GO") || name == "GOROOT" || name == "GOCACHE" {
			cmd.Env = append(cmd.Env, e)
		}
	}
	cmd.Env = append(cmd.Env, "GOENV="+filepath.Join(t.TempDir(), "env"), "GOMODCACHE="+t.TempDir(), "GOPATH="+t.TempDir(), "GOTOOLCHAIN=local", "GOWORK=off",
		"GOFLAGS=-modcacherw", "GOSUMDB="+s.key, "GOPRIVATE=example.com/corp/*")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// The lines that are printed, in a shell, with the real go command: public
// modules are checked, private ones come from the site and are never asked of
// the database, although the machine has a GOPRIVATE for them.
func TestClientLinesWork(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("skipped: there is no shell here")
	}
	_, script, _ := runWith([]string{"client", "-", "-o", "shell"},
		clientSite(`athens: {private: {patterns: ["example.com/corp/*"]}}, mesh: {}`))
	remembered, exported, ok := strings.Cut(script, "\n# Or only for this shell.")
	if !ok {
		t.Fatal(script)
	}
	for name, lines := range map[string]string{"go env -w": remembered, "export": "#" + exported} {
		t.Run(name, func(t *testing.T) {
			s := startSite(t)
			lines := strings.ReplaceAll(lines, "https://goproxy.example.com", s.URL)
			if out, err := s.shell(t, sh, lines+"\ngo mod download example.com/plain@v1.1.0 example.com/corp/secret@v1.0.0\n"); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			for path, want := range map[string]bool{
				"/example.com/plain/@v/v1.1.0.zip":                             true,
				"/example.com/corp/secret/@v/v1.0.0.zip":                       true,
				"/sumdb/sum.example.com/lookup/example.com/plain@v1.1.0":       true,
				"/sumdb/sum.example.com/lookup/example.com/corp/secret@v1.0.0": false,
			} {
				if got := s.asked(path); got != want {
					t.Errorf("asked for %s: %v, want %v", path, got, want)
				}
			}
			// The same without GONOSUMDB asks the database: this test can fail.
			out, err := s.shell(t, sh, "unset GOPRIVATE\n"+strings.ReplaceAll(lines, "GONOSUMDB=", "GOVCS= #")+"\ngo mod download example.com/corp/secret@v1.0.0\n")
			if err == nil || !s.asked("/sumdb/sum.example.com/lookup/example.com/corp/secret@v1.0.0") {
				t.Errorf("without GONOSUMDB: %v: %s", err, out)
			}
		})
	}
}

// A site without a checksum database: the lines keep go from asking one, and from
// a toolchain that it could not verify.
func TestClientLinesWork_WithoutADatabase(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("skipped: there is no shell here")
	}
	_, script, _ := runWith([]string{"client", "-", "-o", "shell"}, clientSite(`athens: {upstream: {sumDBs: []}}, mesh: {}`))
	_, exported, ok := strings.Cut(script, "\n# Or only for this shell.")
	if !ok {
		t.Fatal(script)
	}
	s := startSite(t)
	lines := "export GOTOOLCHAIN=auto\n#" + strings.ReplaceAll(exported, "https://goproxy.example.com", s.URL)
	out, err := s.shell(t, sh, lines+"\ngo mod download example.com/plain@v1.1.0\ngo env GOTOOLCHAIN\n")
	if err != nil || !strings.HasSuffix(out, "local\n") {
		t.Fatalf("%v: %s", err, out)
	}
	if slices.ContainsFunc(s.paths, func(path string) bool { return strings.HasPrefix(path, "/sumdb/") }) {
		t.Errorf("the database is asked: %v", s.paths)
	}
}
