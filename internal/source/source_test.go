package source

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func fill(t *testing.T, dir string, files ...string) {
	t.Helper()
	for _, name := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func link(t *testing.T, dir string, names ...string) {
	t.Helper()
	for i := 0; i+1 < len(names); i += 2 {
		if err := os.Symlink(names[i], filepath.Join(dir, names[i+1])); err != nil {
			t.Skip(err)
		}
	}
}

func TestReader_HasBounds(t *testing.T) {
	small := Bounds{Bytes: 1 << 20, Parts: 10}
	for in, want := range map[string]string{
		strings.Repeat("x", 1<<20):       "",
		strings.Repeat("x", 1<<20+1):     "has more than 1 MiB, but at most so much is read: split it",
		strings.Repeat("a\n", 10):        "",
		strings.Repeat("a\n", 11):        "has 11 lines and entries, but at most 10 are read: split it",
		"[" + strings.Repeat("a,", 10):   "has 11 lines and entries",
		"- - - - - {} [] [] [] [] [] []": "has 12 lines and entries",
	} {
		r := Reader{Bounds: small}
		_, err := r.All(strings.NewReader(in))
		if fmt.Sprint(err) != want && (want == "" && err != nil || want != "" && (!errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), want))) {
			t.Errorf("%.20q: %v, want %s", in, err, want)
		}
	}
	// All files of an operand together.
	dir := t.TempDir()
	fill(t, dir, "a.yaml", "b.yaml")
	r := Reader{Bounds: Bounds{Bytes: 11, Parts: 10}}
	if _, err := r.Dir(dir, IsYAML); !errors.Is(err, ErrTooLarge) || !strings.HasPrefix(err.Error(), filepath.Join(dir, "b.yaml")+": ") {
		t.Error(err)
	}
}

func TestOperand_ReadsFilesOfADirectory(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, "b.yml", "a.yaml", ".c.yaml", "d.txt")
	if err := os.MkdirAll(filepath.Join(dir, "e.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	link(t, dir, "a.yaml", "f.yaml")
	files, err := Open(dir, Options{Bounds: Sites})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, filepath.Base(f.Name)+"="+string(f.Content))
	}
	if want := "a.yaml=a.yaml b.yml=b.yml f.yaml=a.yaml"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

func TestDir_RefusesWhatIsNotAFileOfIt(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	fill(t, outside, "x.yaml")
	fill(t, dir, "good.yaml")
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	link(t, dir, filepath.Join(outside, "x.yaml"), "absolute.yaml", "gone", "broken.yaml", "folder", "dir.yaml", "/dev/null", "null.yaml",
		outside, "elsewhere")
	r := Reader{Bounds: Sites}
	files, err := r.Dir(dir, IsYAML)
	if len(files) != 1 {
		t.Errorf("%d files are read beside the others", len(files))
	}
	for _, name := range []string{"absolute.yaml: is a link", "broken.yaml: is a link", "dir.yaml: is a directory", "null.yaml: is a link"} {
		if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, name)) {
			t.Errorf("no %q in %v", name, err)
		}
	}
	if _, err := Folders(dir); err == nil || !strings.Contains(err.Error(), "elsewhere: is a link") {
		t.Error(err)
	}
}

// Folders in folders belong to the first one, down to a depth; one with a
// kustomization says itself what is in it.
func TestOpen_ReadsFoldersInFolders(t *testing.T) {
	dir := t.TempDir()
	deepest := filepath.Join(dir, strings.Repeat("a/", MaxFolders))
	listed := filepath.Join(dir, "b", "inner")
	for _, d := range []string{deepest, listed} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
		fill(t, d, "x.yaml")
	}
	fill(t, filepath.Dir(listed), "y.yaml")
	if err := os.WriteFile(filepath.Join(dir, "b", "kustomization.yaml"), []byte("resources: [y.yaml]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := Open(dir, Options{Bounds: Manifests, Folders: true})
	if err != nil || len(files) != 2 || files[0].Folder != "a" || files[0].Name != filepath.Join(deepest, "x.yaml") || filepath.Base(files[1].Name) != "y.yaml" {
		t.Errorf("%+v, %v", files, err)
	}
	if err := os.Mkdir(filepath.Join(deepest, "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{Bounds: Manifests, Folders: true}); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "inside 8 others") {
		t.Error(err)
	}
}

func TestList_AtMost(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, "b", "a", "c")
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close() //nolint:errcheck // only read
	if entries, err := list(root, 3); err != nil || len(entries) != 3 || entries[0].Name() != "a" {
		t.Error(entries, err)
	}
	if _, err := list(root, 2); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "has more than 2 entries") {
		t.Error(err)
	}
}

// A directory with as many names as are read, and one more.
func TestFolders_ReadMaxEntries(t *testing.T) {
	dir := t.TempDir()
	var names []string
	for i := range MaxEntries {
		names = append(names, strconv.Itoa(i))
	}
	fill(t, dir, names...)
	if _, err := Folders(dir); err != nil {
		t.Error(err)
	}
	fill(t, dir, "more")
	if _, err := Folders(dir); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want that it is too large", err)
	}
}

// A repeated site counts once: where a host gives it as a file and as an
// item, it must not be an error.
func TestFind_OfSitesThatAreTheSameTheFirst(t *testing.T) {
	other := strings.ReplaceAll(aSite, "a.example.com", "b.example.com")
	files := []File{{Name: "a.yaml", Content: []byte(aSite)}, {Name: "b.yaml", Content: []byte("---\n" + aSite + "---\n" + other)}}
	sites, err := Find(files, "")
	if err != nil || len(sites) != 2 || sites[0].File.Name != "a.yaml" || sites[1].File.Name != "b.yaml" {
		t.Errorf("%+v, %v", sites, err)
	}
}
