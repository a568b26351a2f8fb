package outdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Write does what was planned, and says in a line for each folder how many
// files it wrote, left and removed. All files are on the disk before the first
// takes its place, and each kustomization.yaml is the last of its folder: a
// reader never finds half a file, nor a list of files that are not there.
func (p *Plan) Write() (report []string, err error) {
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(p.dir)
	if err != nil {
		return nil, err
	}
	var temporary []string
	defer func() {
		for _, name := range temporary {
			err = errors.Join(err, root.Remove(name))
		}
		err = errors.Join(err, root.Close())
	}()
	for _, f := range p.folders {
		if err := root.MkdirAll(f.name, 0o755); err != nil {
			return nil, err
		}
		for _, each := range f.changed() {
			name := f.temporary(each.name)
			if err := writeNew(root, name, each.text); err != nil {
				return nil, err
			}
			temporary = append(temporary, name)
		}
	}
	for _, f := range p.folders {
		for _, each := range f.changed() {
			if err := root.Rename(f.temporary(each.name), filepath.Join(f.name, each.name)); err != nil {
				return nil, err
			}
			temporary = temporary[1:]
		}
		if err := f.remove(root); err != nil {
			return nil, err
		}
		report = append(report, fmt.Sprintf("%s: wrote %d files, left %d as they were, removed %d", filepath.Join(p.dir, f.name), len(f.changed()), len(f.files)-len(f.changed()), len(f.stale)))
	}
	for _, f := range p.gone {
		if err := f.remove(root); err != nil {
			return nil, err
		}
		line := fmt.Sprintf("%s: removed %d files, because no site has this region", filepath.Join(p.dir, f.name), len(f.stale))
		if err := root.Remove(f.name); err != nil {
			line += "; what else is in it stays"
		}
		report = append(report, line)
	}
	return report, nil
}

// changed are the files that are not there yet as they are to be.
func (f *folder) changed() []file {
	return slices.DeleteFunc(slices.Clone(f.files), func(each file) bool { return each.same })
}

// temporary is the name of a file until all of it is written; kustomize reads
// no hidden files.
func (f *folder) temporary(name string) string {
	return filepath.Join(f.name, fmt.Sprintf(".%s.%d", name, os.Getpid()))
}

func (f *folder) remove(root *os.Root) error {
	for _, name := range f.stale {
		if err := root.Remove(filepath.Join(f.name, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func writeNew(root *os.Root, name string, text []byte) error {
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}
