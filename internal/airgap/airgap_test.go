package airgap

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

const crathensTimeout = 10 * time.Second

func fsWalk(root fs.FS, see func(name string, text []byte)) error {
	return fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, name)
		see(name, text)
		return err
	})
}

func TestExport_OfTheSameIsTheSameTar(t *testing.T) {
	w := newWorld(t)
	w.must(w.export("warm up", public...).Run(t.Context())) // the database grows
	w.must(w.export("first", public...).Run(t.Context()))
	again := slices.Clone(public)
	slices.Reverse(again)
	w.must(w.export("again", again...).Run(t.Context()))
	if diff := cmp.Diff(w.entries("first"), w.entries("again")); diff != "" {
		t.Error(diff)
	}
}

func TestImport_WritesWhatAGoCommandReads(t *testing.T) {
	w := newWorld(t)
	w.must(w.export("tar", append(public, "private.example.com/a@v1.0.0", "example.com/plain@v1.1.0")...).Run(t.Context()))
	if _, err := os.Stat(w.file("tar.part")); err == nil {
		t.Error("tar.part is left")
	}
	for range 2 { // the second time it is all there
		w.must(w.importing("tar", "tree").Run(t.Context()))
	}
	got := w.tree("tree")
	for name, want := range map[string]string{
		"example.com/plain/@v/list":             "v1.0.0\nv1.1.0\n",
		"example.com/plain/@v/v1.0.0.info":      `{"Version":"v1.0.0","Time":"2024-01-02T03:04:05Z"}`,
		"example.com/!big!letters/!mod/@v/list": "v0.1.0\n",
		"example.com/untagged/@v/list":          "",
		"example.com/untagged/@latest":          `{"Version":"v0.0.0-20240102030405-0123456789ab","Time":"2024-01-02T03:04:05Z"}`,
		"private.example.com/a/@v/v1.0.0.mod":   "module private.example.com/a\n",
		"sumdb/sum.example.com/supported":       "",
		"go.sum":                                string(sorted(t, w.GoSum(t, append(public, "private.example.com/a@v1.0.0", "example.com/plain@v1.1.0")...))),
	} {
		if text, found := got[name]; !found || text != want {
			t.Errorf("%s: got %q, want %q", name, text, want)
		}
	}
	for name := range got {
		if strings.Contains(name, ".crathens-") || strings.Contains(name, "lookup/private") {
			t.Errorf("%s is written", name)
		}
	}
}

func sorted(t *testing.T, text string) []byte {
	t.Helper()
	s := Sums{}
	if problems := s.Read(strings.NewReader(text)); len(problems) > 0 {
		t.Fatal(problems)
	}
	return s.text()
}

// The second tar has what is new, and lets those go on that have seen the first.
func TestExport_SinceAnEarlierOneHasOnlyWhatIsNew(t *testing.T) {
	w := newLargeWorld(t, 600)
	// The proof that the tree of the first tar is in that of the second needs a tile
	// of its own: one that is full by then.
	w.must(w.export("0", public[0]).Run(t.Context()))
	w.grow(0, 270)
	w.must(w.export("1", public[0]).Run(t.Context()))
	w.grow(270, 600)
	second := w.export("2", public[0], "example.com/plain@v1.1.0")
	second.Since = []string{w.file("1")}
	did, problems := second.Run(t.Context())
	w.must(did, problems)
	if did.Versions != 1 || did.Known != 1 {
		t.Errorf("%+v", did)
	}
	for _, name := range w.names("2") {
		if strings.Contains(name, "/@v/v1.0.0.") {
			t.Errorf("%s is there again", name)
		}
	}
	w.refused("example.com/plain@v1.0.0: is in an earlier tar: import that first")(w.importing("2", "other").Run(t.Context()))
	w.must(w.importing("1", "tree").Run(t.Context()))
	seen := w.tree("tree")["sumdb/sum.example.com/latest"]
	w.rewrite("2", "part of 2", remove("tile/8/0/001"))
	w.refused("do not fit together: export again with --since")(w.importing("part of 2", "tree").Run(t.Context()))
	w.must(w.importing("2", "tree").Run(t.Context()))
	got := w.tree("tree")
	if list := got["example.com/plain/@v/list"]; list != "v1.0.0\nv1.1.0\n" {
		t.Errorf("list: %q", list)
	}
	if got["sumdb/sum.example.com/latest"] == seen {
		t.Fatal("the database has not grown: this test shows nothing")
	}
	read := func(name string) ([]byte, error) {
		if text, found := got[name]; found {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}
	for _, latest := range []string{"", seen} {
		if _, problems := prove(t.Context(), w.database(), []byte(latest), second.Pinned.versions(), 1, read); len(problems) > 0 {
			t.Error(problems)
		}
	}
	w.refused("export again with --since and the tars that were imported")(w.importing("1", "tree").Run(t.Context()))
}

// An export that knows nothing of what is there may not fit to it.
func TestImport_RefusesATarThatDoesNotContinueTheDirectory(t *testing.T) {
	w := newLargeWorld(t, 300)
	w.must(w.export("1", public[0]).Run(t.Context()))
	w.grow(0, 300)
	w.must(w.export("2", "example.com/plain@v1.1.0").Run(t.Context()))
	w.must(w.importing("1", "tree").Run(t.Context()))
	before := w.tree("tree")
	w.refused("do not fit together: export again with --since")(w.importing("2", "tree").Run(t.Context()))
	if diff := cmp.Diff(before, w.tree("tree")); diff != "" {
		t.Error(diff)
	}
}

func TestExport_ContinuesWhereItWasCutShort(t *testing.T) {
	w := newWorld(t)
	var asked []string
	var mu sync.Mutex
	serve := func(refuse string) {
		w.Break(func(out http.ResponseWriter, r *http.Request) bool {
			mu.Lock()
			asked = append(asked, r.URL.Path)
			mu.Unlock()
			refused := strings.HasSuffix(r.URL.Path, refuse)
			if refused {
				out.WriteHeader(http.StatusForbidden)
			}
			return refused
		})
	}
	e := w.export("tar", public...)
	e.Parallel = 1
	last := "/example.com/untagged/@v/v0.0.0-20240102030405-0123456789ab"
	serve(last + ".mod")
	w.refused("example.com/untagged@v0.0.0-20240102030405-0123456789ab: .mod: 403 Forbidden")(e.Run(t.Context()))
	mu.Lock()
	asked = nil
	mu.Unlock()
	serve("no path")
	w.must(e.Run(t.Context()))
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff([]string{last + ".mod", last + ".zip"}, asked); diff != "" {
		t.Error(diff)
	}
}

func TestExport_RefusesWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*world, *Export)
		proxy  proxytest.Fault
		want   string
	}{
		"changed zip": {proxy: answer(".zip", "PK"), want: ".zip: is not the zip of a module"},
		"changed mod": {proxy: answer(".mod", "module example.com/plain\n\nrequire evil.example.com v1.0.0\n"), want: "is damaged or manipulated"},
		"other info":  {proxy: answer(".info", `{"Version":"v1.0.1"}`), want: ".info: is the .info of v1.0.1"},
		"long info":   {proxy: answer(".info", strings.Repeat(" ", maxInfo+1)), want: ".info: is longer than 65536 bytes"},
		"gone":        {proxy: status(".mod", http.StatusGone), want: "example.com/plain@v1.0.0: .mod: 410 Gone"},
		"no record":   {proxy: status("/lookup/example.com/plain@v1.0.0", http.StatusNotFound), want: "example.com/plain@v1.0.0: its checksum: 404 Not Found"},
		"a page":      {proxy: answer("/lookup/example.com/plain@v1.0.0", "<html>"), want: "example.com/plain@v1.0.0: its checksum: malformed record"},
		"no tile":     {proxy: status("tile/", http.StatusNotFound), want: "404 Not Found"},
		"false tile":  {proxy: answer("tile/", strings.Repeat("x", 64)), want: "downloaded inconsistent tile"},
		"short tile":  {proxy: answer("tile/", strings.Repeat("x", 32)), want: "tile/8/0/000.p/2 len=32, want 64"},
		"pinned": {change: func(_ *world, e *Export) {
			for line := range e.Pinned {
				e.Pinned[line] = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="
			}
		}, want: "example.com/plain@v1.0.0 has two checksums"},
		"private without a checksum of the zip": {change: func(w *world, e *Export) {
			lines := w.GoSum(w, "private.example.com/a@v1.0.0")
			e.Pinned.Read(strings.NewReader(lines[strings.Index(lines, "\n")+1:]))
		}, want: "private.example.com/a@v1.0.0: its go.sum has no checksum of the zip"},
		"budget":   {change: func(_ *world, e *Export) { e.MaxBytes = 100 }, want: "--max-bytes 100 is used up"},
		"excluded": {change: func(_ *world, e *Export) { e.Exclude = "example.com/plain" }, proxy: answer("/example.com/plain", "<html>")},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.Break(c.proxy)
			e := w.export("tar", public[:2]...)
			if c.change != nil {
				c.change(w, e)
			}
			did, problems := e.Run(t.Context())
			if c.want == "" {
				w.must(did, problems)
				return
			}
			w.refused(c.want)(did, problems)
			if _, err := os.Stat(e.To); err == nil {
				t.Error("a tar is written")
			}
			// What was wrong is not kept.
			if c.proxy != nil {
				w.Break(nil)
				w.must(e.Run(t.Context()))
				w.must(w.export("other", public[:2]...).Run(t.Context()))
				if diff := cmp.Diff(w.names("other"), w.names("tar")); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// answer is for paths with a part; others go on.
func answer(part, text string) proxytest.Fault {
	return func(w http.ResponseWriter, r *http.Request) bool {
		found := strings.Contains(r.URL.Path, part)
		if found {
			_, _ = w.Write([]byte(text))
		}
		return found
	}
}

func status(part string, code int) proxytest.Fault {
	return func(w http.ResponseWriter, r *http.Request) bool {
		found := strings.Contains(r.URL.Path, part)
		if found {
			w.WriteHeader(code)
		}
		return found
	}
}

func TestImport_RefusesAManipulatedTar(t *testing.T) {
	w := newWorld(t)
	w.must(w.export("tar", append(public, "private.example.com/a@v1.0.0")...).Run(t.Context()))
	extra := func(e entry) func([]entry) []entry {
		return func(all []entry) []entry { return append(all, e) }
	}
	plain := "example.com/plain/@v/v1.0.0"
	for name, c := range map[string]struct {
		change func([]entry) []entry
		want   string
	}{
		"zip":         {replace(plain+".zip", "PK", "PX"), "example.com/plain@v1.0.0: .zip: "},
		"mod":         {replace(plain+".mod", "plain", "plane"), "example.com/plain@v1.0.0: .mod: its checksum is h1:"},
		"info":        {replace(plain+".info", "v1.0.0", "v1.0.1"), ".info: is the .info of v1.0.1"},
		"private zip": {replace("private.example.com/a/@v/v1.0.0.mod", "a", "b"), "private.example.com/a@v1.0.0: .mod: its checksum is h1:"},
		"go.sum":      {replace("go.sum", " h1:", " h1:A"), " has two checksums, h1:"},
		"record":      {replace("lookup/example.com/plain@v1.0.0", " h1:", " h1:A"), "cannot authenticate record data"},
		"tree":        {replace("lookup/example.com/plain@v1.0.0", "sum.example.com ", "sum.example.com A"), "reading tree note"},
		"latest":      {replace("/latest", "tree\n", "tree\n9"), "reading tree note"},
		"no proof":    {remove("lookup/example.com/plain@v1.0.0"), "example.com/plain@v1.0.0: the tar has no proof of sum.example.com: if it is private, name it in --nosumdb"},
		"no tile":     {remove("tile/8/0/000.p/3"), "tile/8/0/000.p/3: no such file or directory"},
		"no zip":      {remove(plain + ".zip"), "has no .zip of example.com/plain@v1.0.0"},
		"no go.sum":   {remove("go.sum"), "has no go.sum: it is not an export"},
		"not in go.sum": {func(all []entry) []entry {
			for i := range all {
				if all[i].Name == goSum {
					all[i].Text = all[i].Text[:strings.Index(all[i].Text, "private.example.com")]
				}
			}
			return all
		}, "private.example.com/a@v1.0.0: its go.sum has no checksum"},
		"above":          {extra(entry{tar.Header{Name: "../../etc/cron.d/x", Mode: 0o644}, "x"}), `"../../etc/cron.d/x" is not a file of an export`},
		"hidden":         {extra(entry{tar.Header{Name: "example.com/plain/@v/../../x.zip"}, "x"}), "is not a file of an export"},
		"escapes":        {extra(entry{tar.Header{Name: "\x1b[2J"}, "x"}), `"\x1b[2J" is not a file of an export`},
		"other database": {extra(entry{tar.Header{Name: "sumdb/sum.golang.org/latest"}, "x"}), "is not a file of an export with this --sumdb"},
		"list":           {extra(entry{tar.Header{Name: "example.com/plain/@v/list"}, "v9.9.9\n"}), "is not a file of an export"},
		"link":           {extra(entry{tar.Header{Name: "example.com/plain/@v/v1.1.0.zip", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}, ""}), "is not a file of an export"},
		"twice":          {extra(entry{tar.Header{Name: plain + ".mod"}, "module evil"}), "is not a file of an export"},
		"long":           {extra(entry{tar.Header{Name: "example.com/plain/@v/v1.1.0.info"}, strings.Repeat(" ", maxInfo+1)}), "is not a file of an export"},
	} {
		t.Run(name, func(t *testing.T) {
			w.rewrite("tar", name, c.change)
			if slices.EqualFunc(w.entries("tar"), w.entries(name), func(a, b entry) bool { return a.Name == b.Name && a.Text == b.Text }) {
				t.Fatal("nothing is changed")
			}
			inner := &world{t, w.Database, w.folder}
			inner.refused(c.want)(inner.importing(name, "to-"+name).Run(t.Context()))
			for file, text := range inner.tree("to-" + name) {
				if text == "" || strings.Contains(file, "@v/list") || strings.Contains(file, "sumdb/") {
					t.Errorf("%s is written", file)
				}
			}
		})
	}
	t.Run("cut short", func(t *testing.T) {
		text, err := os.ReadFile(w.file("tar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 100, 512, len(text) / 2, len(bytes.TrimRight(text, "\x00")) - 1} {
			if err := os.WriteFile(w.file("short"), text[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			if _, problems := w.importing("short", "to-short").Run(t.Context()); len(problems) == 0 {
				t.Errorf("%d bytes are imported", n)
			}
		}
	})
}

// No file leaves the directory, even through a link in it.
func TestImport_FollowsNoLinkOutOfTheDirectory(t *testing.T) {
	w := newWorld(t)
	w.must(w.export("tar", public...).Run(t.Context()))
	for _, folder := range []string{"tree", "outside"} {
		if err := os.Mkdir(w.file(folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(w.file("outside"), w.file("tree/example.com")); err != nil {
		t.Skip(err)
	}
	w.refused("path escapes from parent")(w.importing("tar", "tree").Run(t.Context()))
	if files := w.tree("outside"); len(files) > 0 {
		t.Errorf("%q are written", slices.Sorted(maps.Keys(files)))
	}
}

func TestParseDatabase_TakesWhatGOSUMDBDoes(t *testing.T) {
	for text, want := range map[string]bool{
		"off": true, "sum.golang.org": true, publicKey: true,
		"": false, "sum.example.com": false, "sum.golang.google.cn": false, "x+y+z": false, publicKey + " https://example.com": false,
	} {
		if _, err := ParseDatabase(text, ""); (err == nil) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}
