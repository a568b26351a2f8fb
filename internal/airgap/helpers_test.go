package airgap

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/gomods/athens-kfn/internal/crathens"
	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// public are versions of proxytest.Modules, private one that the database of the
// tests does not know.
var public = []string{"example.com/plain@v1.0.0", "example.com/BigLetters/Mod@v0.1.0", "example.com/untagged@v0.0.0-20240102030405-0123456789ab"}

// world is a proxy with a database, and a folder for tars.
type world struct {
	*testing.T
	*proxytest.Database
	folder string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newLargeWorld(t, 0)
}

// newLargeWorld is one with example.com/many, which has so many versions.
func newLargeWorld(t *testing.T, versions int) *world {
	t.Helper()
	many := proxytest.Module{Path: "example.com/many"}
	for i := range versions {
		many.Versions = append(many.Versions, fmt.Sprintf("v1.%d.0", i))
	}
	private := proxytest.Module{Path: "private.example.com/a", Versions: []string{"v1.0.0"}}
	return &world{t, proxytest.StartDatabase(t, append(proxytest.Modules(), many, private)), t.TempDir()}
}

// grow makes the database know versions of example.com/many.
func (w *world) grow(from, to int) {
	w.Helper()
	for i := from; i < to; i++ {
		r, err := http.Get(fmt.Sprintf("%s/sumdb/%s/lookup/example.com/many@v1.%d.0", w.URL, proxytest.SumDBName, i)) //nolint:noctx // on loopback
		if err != nil || r.StatusCode != http.StatusOK {
			w.Fatal(err, r)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	http.DefaultClient.CloseIdleConnections()
}

func (w *world) file(name string) string { return filepath.Join(w.folder, name) }

func (w *world) database() Database {
	w.Helper()
	db, err := ParseDatabase(w.Key, "private.example.com")
	if err != nil {
		w.Fatal(err)
	}
	return db
}

// export is one of versions, with the go.sum lines of their authors.
func (w *world) export(to string, versions ...string) *Export {
	w.Helper()
	site, err := crathens.ParseSite(w.URL)
	if err != nil {
		w.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(w.Output(), nil))
	e := &Export{To: w.file(to), Database: w.database(), Pinned: Sums{}, Parallel: 2, Log: log,
		From: crathens.NewGetter(crathens.Config{Athens: site, Concurrency: 2, Timeout: crathensTimeout, Attempts: 1, Log: log})}
	w.Cleanup(e.From.Close)
	if problems := e.Pinned.Read(strings.NewReader(w.GoSum(w, versions...))); len(problems) > 0 {
		w.Fatal(problems)
	}
	return e
}

func (w *world) importing(from, to string) *Import {
	w.Helper()
	return &Import{From: w.file(from), To: w.file(to), Database: w.database(), Parallel: 2, Log: slog.New(slog.NewTextHandler(w.Output(), nil))}
}

func (w *world) must(_ Summary, problems []error) {
	w.Helper()
	if len(problems) > 0 {
		w.Fatal(problems)
	}
}

// refused wants one problem among others.
func (w *world) refused(problem string) func(Summary, []error) {
	return func(_ Summary, problems []error) {
		w.Helper()
		if !slices.ContainsFunc(problems, func(err error) bool { return strings.Contains(err.Error(), problem) }) {
			w.Errorf("%q is not among %q", problem, problems)
		}
	}
}

// entry is a file of a tar.
type entry struct {
	tar.Header
	Text string
}

func (w *world) entries(name string) (all []entry) {
	w.Helper()
	text, err := os.ReadFile(w.file(name))
	if err != nil {
		w.Fatal(err)
	}
	for from := tar.NewReader(bytes.NewReader(text)); ; {
		header, err := from.Next()
		if err == io.EOF {
			return all
		}
		text, err2 := io.ReadAll(from)
		if err != nil || err2 != nil {
			w.Fatal(err, err2)
		}
		all = append(all, entry{*header, string(text)})
	}
}

func (w *world) names(name string) (names []string) {
	w.Helper()
	for _, e := range w.entries(name) {
		names = append(names, e.Name)
	}
	return names
}

// rewrite changes the entries of a tar.
func (w *world) rewrite(from, to string, change func([]entry) []entry) {
	w.Helper()
	var text bytes.Buffer
	writer := tar.NewWriter(&text)
	for _, e := range change(w.entries(from)) {
		if e.Typeflag != tar.TypeSymlink {
			e.Size = int64(len(e.Text))
		}
		if err := writer.WriteHeader(&e.Header); err != nil {
			w.Fatal(err)
		}
		if _, err := io.WriteString(writer, e.Text); err != nil {
			w.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(w.file(to), text.Bytes(), 0o600); err != nil {
		w.Fatal(err)
	}
}

// replace changes the text of the first entry whose name has an end.
func replace(end, old, with string) func([]entry) []entry {
	return func(all []entry) []entry {
		i := slices.IndexFunc(all, func(e entry) bool { return strings.HasSuffix(e.Name, end) })
		all[i].Text = strings.Replace(all[i].Text, old, with, 1)
		return all
	}
}

func remove(end string) func([]entry) []entry {
	return func(all []entry) []entry {
		return slices.DeleteFunc(all, func(e entry) bool { return strings.HasSuffix(e.Name, end) })
	}
}

func (w *world) tree(name string) map[string]string {
	w.Helper()
	files := map[string]string{}
	root := os.DirFS(w.file(name))
	err := fsWalk(root, func(name string, text []byte) { files[name] = string(text) })
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.Fatal(err)
	}
	return files
}
