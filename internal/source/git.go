package source

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// git reads a file or a directory as a commit has it, with its folders if they
// are asked for.
func (r *Reader) git(operand string, folders bool) ([]File, error) {
	kind, err := r.ask("cat-file", "-t", operand)
	if err != nil {
		return nil, fmt.Errorf("%s is not a file, and %w", operand, err)
	}
	if strings.TrimSpace(string(kind)) == "blob" {
		in, err := r.ask("cat-file", "blob", operand)
		return []File{{Name: operand, Content: in, Operand: operand}}, err
	}
	// From the top of the tree that is named, wherever this program runs.
	tree, err := r.ask("ls-tree", "--full-tree", "-r", "-z", operand)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operand, err)
	}
	d := gitTree{Reader: r, operand: operand, modes: map[string]string{}}
	inside := []string{""}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(tree), "\x00"), "\x00") {
		mode, name, _ := strings.Cut(line, "\t") // mode, type and hash, then the path
		d.modes[name] = mode
		d.names = append(d.names, name)
		if folder := folderOf(name); !strings.Contains("/"+folder, "/.") {
			inside = append(inside, folder)
		}
	}
	slices.Sort(inside)
	var out []File
	listed := "" // a folder whose kustomization says what is in it
	for _, folder := range slices.Compact(inside) {
		if listed != "" && strings.HasPrefix(folder, listed+"/") {
			continue
		}
		files, own, err := d.directory(folder)
		if err != nil {
			return nil, err
		}
		out = append(out, files...)
		if !folders || !own && folder == "" {
			break
		}
		if !own {
			listed = folder
		}
	}
	return out, nil
}

// gitTree is a directory in Git.
type gitTree struct {
	*Reader
	operand string
	// modes of its files, by their paths, and these in their order.
	modes map[string]string
	names []string
}

// directory reads one directory, as that of a disk is read.
func (d gitTree) directory(folder string) (out []File, own bool, err error) {
	var wanted []string
	var list *kustomization
	for _, name := range d.names {
		switch base := path.Base(name); {
		case folderOf(name) != folder:
		case !IsKustomization(base):
			if IsYAML(base) {
				wanted = append(wanted, name)
			}
		case list != nil:
			return nil, false, fmt.Errorf("%s: is next to %s: remove one", d.file(name), path.Base(list.file))
		default:
			in, err := d.read(name)
			if err != nil {
				return nil, false, err
			}
			if list, err = parse(d.file(name), in); err != nil {
				return nil, false, named(d.file(name), err)
			}
		}
	}
	own = list == nil || list.ours
	if !own {
		if !list.lists() {
			return nil, false, needsDirectory(list)
		}
		wanted = nil
		for _, e := range list.entries {
			wanted = append(wanted, path.Join(folder, e.value))
		}
	}
	for i, name := range wanted {
		if !own && (list.entries[i].inline() || path.IsAbs(list.entries[i].value) || d.modes[name] == "") {
			return nil, false, needsDirectory(list)
		}
		in, err := d.read(name)
		if err != nil {
			return nil, false, err
		}
		if !own && list.entries[i].function() && ofKustomize(in) {
			return nil, false, needsDirectory(list)
		}
		region, _, _ := strings.Cut(folder, "/")
		out = append(out, File{Name: d.file(name), Content: in, Operand: d.operand, Folder: region})
	}
	return out, own, nil
}

// needsDirectory refuses a kustomization in Git that does more than list files
// inside it: kustomize reads directories only.
func needsDirectory(k *kustomization) error {
	return fmt.Errorf("%s: is built by kustomize, which does not read Git: run `git worktree add DIR REF`, then name the directory in DIR", k.file)
}

// file is what Git calls a file of the directory.
func (d gitTree) file(name string) string {
	if strings.HasSuffix(d.operand, ":") {
		return d.operand + name
	}
	return strings.TrimSuffix(d.operand, "/") + "/" + name
}

func (d gitTree) read(name string) ([]byte, error) {
	if !strings.HasPrefix(d.modes[name], "100") {
		return nil, fmt.Errorf("%s: is a link, and only files are read: put a copy in its place", d.file(name))
	}
	in, err := d.ask("cat-file", "blob", d.file(name))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.file(name), err)
	}
	return in, nil
}

// folderOf is the directory of a path, empty for the top.
func folderOf(name string) string { return strings.TrimSuffix(path.Dir(name), ".") }

// ask runs the git program, which knows what a ref is and where objects are.
func (r *Reader) ask(args ...string) ([]byte, error) {
	if strings.HasPrefix(args[len(args)-1], "-") {
		return nil, fmt.Errorf("%s is not a ref", quote.Value(args[len(args)-1]))
	}
	out, err := r.run("", "git", args...)
	switch {
	case errors.Is(err, errMissing):
		return nil, errors.New("to read it from Git the git program must be in PATH: install git, or name a file")
	case err != nil && !errors.Is(err, ErrTooLarge):
		said := strings.TrimPrefix(err.Error(), "git: ")
		return nil, fmt.Errorf("git: %s (write REF:PATH from the top of the repository, or REF:./PATH from here)", said)
	}
	return out, err
}
