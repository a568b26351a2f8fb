package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// kustomization is a file of kustomize.
type kustomization struct {
	dir, file string
	root      *yaml.Node
	// ours says that render wrote it, for the files next to it.
	ours bool
	// entries are those of its lists of files and directories.
	entries []entry
}

// entry of a list of a kustomization.
type entry struct {
	list, value string
	line        int
}

func (e entry) inline() bool {
	return strings.Contains(e.value, "\n") || strings.HasPrefix(e.value, "{")
}

func (e entry) function() bool { return slices.Contains(functions, e.list) }

// The lists of a kustomization, of what it deploys and of functions; and what
// changes nothing.
var (
	resources = []string{"resources", "bases", "components"}
	functions = []string{"generators", "transformers", "validators"}
	passive   = []string{"apiVersion", "kind", "metadata"}
)

// names of a kustomization's file.
var names = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// IsKustomization says whether kustomize, and so Argo CD, takes a file of this
// name for a kustomization.
func IsKustomization(name string) bool { return slices.Contains(names, name) }

// kustomization is the one in a directory, nil if there is none.
func (r *Reader) kustomization(dir string) (*kustomization, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close() //nolint:errcheck // only read
	var found *kustomization
	for _, name := range names {
		if _, err := root.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		file := filepath.Join(dir, name)
		in, err := r.regular(root, name)
		if err != nil {
			return nil, named(file, err)
		}
		if found != nil {
			return nil, fmt.Errorf("%s: is next to %s: remove one", file, filepath.Base(found.file))
		}
		if found, err = parse(file, in); err != nil {
			return nil, named(file, err)
		}
	}
	return found, nil
}

func parse(file string, in []byte) (*kustomization, error) {
	k := &kustomization{dir: filepath.Dir(file), file: file, root: &yaml.Node{Kind: yaml.MappingNode}}
	docs, err := krm.Documents(in)
	switch {
	case err != nil:
		return nil, err
	case len(docs) == 0:
		return k, nil
	case len(docs) > 1 || docs[0].Content[0].Kind != yaml.MappingNode:
		return nil, errors.New("expected one kustomization")
	}
	k.root = docs[0].Content[0]
	if problems := krm.Repeated(k.root); len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	written, err := krm.ReadWritten(in)
	// One that a person gave patches is no longer the list of what render wrote.
	k.ours = err == nil && written != krm.Written{} && k.lists()
	for i := 0; i+1 < len(k.root.Content); i += 2 {
		list := k.root.Content[i].Value
		if !slices.Contains(resources, list) && !slices.Contains(functions, list) {
			continue
		}
		value := tree.Deref(k.root.Content[i+1])
		if value.Kind != yaml.SequenceNode && value.Tag != "!!null" {
			return nil, fmt.Errorf("line %d: %s: expected a list of files and directories", value.Line, list)
		}
		for _, item := range value.Content {
			if item = tree.Deref(item); item.Kind != yaml.ScalarNode || item.Tag == "!!null" {
				return nil, fmt.Errorf("line %d: %s: expected the name of a file or a directory", item.Line, list)
			}
			k.entries = append(k.entries, entry{list, item.Value, item.Line})
		}
	}
	return k, nil
}

// edits is the first key of a kustomization that changes what it lists; empty if
// there is none.
func (k *kustomization) edits() string {
	for i := 0; i+1 < len(k.root.Content); i += 2 {
		key := k.root.Content[i].Value
		if key == "components" || !slices.Contains(slices.Concat(passive, resources, functions), key) {
			return key
		}
	}
	return ""
}

// lists says whether a kustomization only lists what there is.
func (k *kustomization) lists() bool { return k.edits() == "" }

// listed reads what a kustomization holds. Functions are never run, since they
// are programs that the author of the files chooses: their configurations
// are read, and the sites among them are ours to render. What is built without
// functions is left to kustomize, unless it is a list of files and directories.
func (r *Reader) listed(k *kustomization, inside map[string]bool) ([]File, error) {
	if err := k.enter(inside); err != nil {
		return nil, err
	}
	defer delete(inside, k.dir)
	runs, err := r.runs(k, map[string]bool{})
	if err != nil {
		return nil, err
	}
	if !runs && (!k.lists() || slices.ContainsFunc(k.entries, func(e entry) bool { return e.function() || !k.has(e) })) {
		return r.build(k)
	}
	var out []File
	key := k.edits()
	for _, e := range k.entries {
		files, err := r.entry(k, e, inside)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if key == "" && e.list == "transformers" && ofKustomize(f.Content) {
				key = e.list
			}
			f.config = f.config || e.function()
			out = append(out, f)
		}
	}
	for _, f := range out {
		if key == "" || f.config {
			continue
		}
		sites, err := Find([]File{f}, "")
		if err != nil {
			return nil, err
		}
		if len(sites) > 0 {
			return nil, fmt.Errorf("%s: its %s may change the site in %s, and kustomize applies it only where it may run functions, which this program never lets it: list the site under generators, from a directory with a kustomization that edits it", k.file, key, f.Name)
		}
	}
	return out, nil
}

// enter refuses a kustomization that holds itself.
func (k *kustomization) enter(inside map[string]bool) error {
	if inside[k.dir] || len(inside) > 32 {
		return fmt.Errorf("%s: lists itself, or nests deeper than 32 directories", k.file)
	}
	inside[k.dir] = true
	return nil
}

func (r *Reader) entry(k *kustomization, e entry, inside map[string]bool) ([]File, error) {
	at := filepath.Join(k.dir, filepath.FromSlash(e.value))
	info, err := os.Stat(at)
	switch {
	case e.inline():
		above := e.line // of its text, so that its lines are those of the file
		if !strings.Contains(e.value, "\n") {
			above--
		}
		return []File{{Name: k.file, Content: []byte(strings.Repeat("\n", above) + e.value)}}, nil
	case path.IsAbs(e.value) || filepath.IsAbs(e.value), err != nil && (e.function() || IsYAML(e.value) && !strings.Contains(e.value, "://")):
		return nil, fmt.Errorf("%s: line %d: %s has %s, which is not a file or a directory next to it", k.file, e.line, e.list, quote.Value(e.value))
	case err != nil:
		if r.Warn != nil { // next to functions, so that kustomize is not asked to build it
			r.Warn(fmt.Sprintf("%s: line %d: %s has %s, which is not read, and a site in it is not seen: put a copy of it here, or name the file of the site", k.file, e.line, e.list, quote.Value(e.value)))
		}
		return nil, nil
	case !info.IsDir():
		root, err := os.OpenRoot(k.dir)
		if err != nil {
			return nil, err
		}
		defer root.Close() //nolint:errcheck // only read
		in, err := r.regular(root, filepath.Clean(filepath.FromSlash(e.value)))
		if err != nil {
			return nil, named(at, err)
		}
		return []File{{Name: at, Content: in}}, nil
	}
	of, err := r.kustomization(at)
	switch {
	case err != nil:
		return nil, err
	case of == nil:
		return nil, fmt.Errorf("%s: line %d: %s has %s, a directory without a kustomization", k.file, e.line, e.list, quote.Value(e.value))
	}
	return r.listed(of, inside)
}

// has says whether an entry is in the file or next to it.
func (k *kustomization) has(e entry) bool {
	_, err := os.Stat(filepath.Join(k.dir, filepath.FromSlash(e.value)))
	return e.inline() || err == nil && !path.IsAbs(e.value)
}

// runs says whether kustomize would run a function to build a kustomization, or
// one that it lists. What kustomize has built in is none.
func (r *Reader) runs(k *kustomization, seen map[string]bool) (bool, error) {
	if seen[k.dir] {
		return false, nil
	}
	seen[k.dir] = true
	for _, e := range k.entries {
		if e.function() {
			if ours, err := r.builtIn(k, e); !ours || err != nil {
				return true, err
			}
			continue
		}
		at := filepath.Join(k.dir, filepath.FromSlash(e.value))
		if info, err := os.Stat(at); err != nil || !info.IsDir() {
			continue
		}
		of, err := r.kustomization(at)
		if err != nil {
			return false, err
		}
		if of == nil {
			continue // kustomize says so
		}
		if runs, err := r.runs(of, seen); runs || err != nil {
			return runs, err
		}
	}
	return false, nil
}

// builtIn says whether an entry configures what kustomize has built in.
func (r *Reader) builtIn(k *kustomization, e entry) (bool, error) {
	if info, err := os.Stat(filepath.Join(k.dir, filepath.FromSlash(e.value))); !e.inline() && (err != nil || info.IsDir()) {
		return false, nil
	}
	files, err := r.entry(k, e, nil)
	if err != nil {
		return false, err
	}
	return ofKustomize(files[0].Content), nil
}

// ofKustomize says whether a file configures what kustomize has built in, and
// nothing else.
func ofKustomize(in []byte) bool {
	docs, err := krm.Documents(in) // error dropped: what cannot be read is not kustomize's, and is reported by who reads it
	return err == nil && len(docs) > 0 && !slices.ContainsFunc(docs, func(doc *yaml.Node) bool {
		return tree.Text(doc.Content[0], "apiVersion") != "builtin"
	})
}

// build is what kustomize makes of a kustomization. It is given no flag that
// lets it run functions, plugins or Helm.
func (r *Reader) build(k *kustomization) ([]File, error) {
	out, err := r.run(k.dir, "kustomize", "build", ".")
	switch {
	case errors.Is(err, errMissing):
		return nil, fmt.Errorf("%s: is built by kustomize, which is not in PATH: install it (https://kubectl.docs.kubernetes.io/installation/kustomize/), or name the file of the site", k.file)
	case err != nil:
		return nil, named(k.file, err)
	}
	return []File{{Name: k.file, Content: out, Built: true}}, nil
}
