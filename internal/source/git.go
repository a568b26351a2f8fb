package source

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// git reads a file or a directory as a commit has it, with its folders if they
// are asked for.
func (r *Reader) git(operand string, folders bool) ([]File, error) {
	kind, err := r.ask("cat-file", "-t", operand)
	if err != nil {
		return nil, fmt.Errorf("%s is no file, and %w", operand, err)
	}
	if strings.TrimSpace(string(kind)) == "blob" {
		in, err := r.ask("cat-file", "blob", operand)
		return []File{{Name: operand, Content: in, Operand: operand}}, err
	}
	tree, err := r.ask("ls-tree", "-r", "-z", operand)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operand, err)
	}
	var out []File
	for line := range strings.SplitSeq(strings.TrimSuffix(string(tree), "\x00"), "\x00") {
		about, name, _ := strings.Cut(line, "\t") // mode, type and hash, then the path
		folder := strings.TrimSuffix(path.Dir(name), ".")
		wanted := IsYAML(path.Base(name)) || IsKustomization(path.Base(name))
		if !wanted || folder != "" && !folders || strings.HasPrefix(folder, ".") || strings.Contains(folder, "/") {
			continue
		}
		file := strings.TrimSuffix(operand, "/") + "/" + name
		if strings.HasSuffix(operand, ":") {
			file = operand + name
		}
		if !strings.HasPrefix(about, "100") {
			return nil, fmt.Errorf("%s: is a link, and only files are read: put a copy in its place", file)
		}
		in, err := r.ask("cat-file", "blob", file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if IsKustomization(path.Base(name)) {
			if err := builds(file, in); err != nil {
				return nil, err
			}
			continue
		}
		out = append(out, File{Name: file, Content: in, Operand: operand, Folder: folder})
	}
	return out, nil
}

// builds refuses a kustomization in Git that does more than list files next to
// it: kustomize reads directories only.
func builds(file string, in []byte) error {
	k, err := parse(file, in)
	if err != nil {
		return named(file, err)
	}
	local := k.lists()
	for _, e := range k.entries {
		name := path.Clean(e.value)
		local = local && !e.inline() && !strings.Contains(name, "/") && IsYAML(name)
	}
	if k.ours || local {
		return nil
	}
	return fmt.Errorf("%s: is built by kustomize, which does not read Git: run `git worktree add DIR REF`, then name the directory in DIR", file)
}

// ask runs the git program, which knows what a ref is and where objects are.
func (r *Reader) ask(args ...string) ([]byte, error) {
	if strings.HasPrefix(args[len(args)-1], "-") {
		return nil, fmt.Errorf("%s is no ref", quote.Value(args[len(args)-1]))
	}
	out, err := r.run("", "git", args...)
	switch {
	case errors.Is(err, errMissing):
		return nil, errors.New("to read it from Git the git program must be in PATH: install git, or name a file")
	case err != nil && !errors.Is(err, ErrTooLarge):
		said := strings.TrimPrefix(err.Error(), "git: ")
		return nil, fmt.Errorf("git says: %s (write REF:PATH from the top of the repository, or REF:./PATH from here)", said)
	}
	return out, err
}
