package outdir

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
)

// entry is something in a folder that may be in the way.
type entry struct {
	name string
	// irregular is what it is, if not a file.
	irregular string
	text      []byte
	// ours says that this program wrote it, as its labels say: for a site or, where
	// the owner is empty, as a kustomization.yaml.
	ours bool
	krm.Written
}

// read finds out who wrote a file. A file that no YAML reader takes, or that has
// another name than its object gives it, is not ours.
func (e *entry) read() {
	w, err := krm.ReadWritten(e.text) // error dropped: what cannot be read is not ours, and is never touched
	if err != nil {
		return
	}
	e.ours = w.ID.Kind == "Kustomization" && e.name == kustomization || w.Owner != "" && slices.Contains(namesOf(w.ID), e.name)
	e.Written = w
}

// load reads what kind of file it is. One that is too large is not ours.
func (e *entry) load(root *os.Root, name string) error {
	file, err := root.Open(name)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read
	r := source.Reader{Bounds: source.Sites}
	switch e.text, err = r.All(file); {
	case errors.Is(err, source.ErrTooLarge):
		return nil
	case err == nil:
		e.read()
	}
	return err
}

// look reads the files of a folder; none if there is no folder.
func look(root *os.Root, dir, name string) (out []entry, err error) {
	if root == nil {
		return nil, nil
	}
	switch info, err := root.Lstat(name); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s: is %s, not a directory: remove it, or render into another directory", filepath.Join(dir, name), cmp.Or(source.Irregular(info.Mode()), "a file"))
	}
	entries, err := fs.ReadDir(root.FS(), name)
	if err != nil {
		return nil, err
	}
	var problems []error
	for _, d := range entries {
		if filepath.Ext(d.Name()) != ".yaml" && (d.IsDir() || !slices.Contains(alternatives, d.Name())) {
			continue
		}
		e := entry{name: d.Name(), irregular: source.Irregular(d.Type())}
		err := error(nil)
		if e.irregular == "" {
			err = e.load(root, filepath.Join(name, e.name))
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", filepath.Join(dir, name, e.name), err))
		}
		out = append(out, e)
	}
	return out, errors.Join(problems...)
}
