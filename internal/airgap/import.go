package airgap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// Import is one tar to be read into a directory. All fields are required.
type Import struct {
	// From is the tar.
	From string
	// To is the directory; what is in it stays.
	To string
	// Database vouches for the modules that it covers. For others, the tar's own
	// go.sum shows damage, not manipulation.
	Database Database
	// Parallel is how many records are verified at once. At least 1.
	Parallel int
	// Log gets what happens.
	Log *slog.Logger
}

// importing is the state of a run.
type importing struct {
	*Import
	from *archive
	to   dir
	sums Sums // of the tar and the directory, when they are vouched for
	held Sums // of the directory
}

// Run writes what the tar has. Of a version that is not what was vouched for
// nothing is written. A run that was cut short can be repeated.
func (i *Import) Run(ctx context.Context) (Summary, []error) {
	from, problems := openArchive(i.From, i.Database)
	if len(problems) > 0 {
		return Summary{}, problems
	}
	defer from.close()
	to, err := openDir(i.To)
	if err != nil {
		return Summary{}, []error{err}
	}
	defer to.root.Close() //nolint:errcheck // each file is closed by itself
	run := &importing{i, from, to, Sums{}, Sums{}}
	for _, step := range []func(context.Context) []error{run.complete, run.prove, run.vouched, run.modules, run.finish} {
		if problems := step(ctx); len(problems) > 0 {
			return Summary{}, problems
		}
	}
	summary := Summary{Versions: len(from.versions), Known: len(from.sums.versions()) - len(from.versions)}
	for _, file := range from.files {
		summary.Bytes += file.Size()
	}
	return summary, nil
}

// complete finds what is in an earlier tar that is not imported yet.
func (i *importing) complete(context.Context) (problems []error) {
	for _, v := range i.from.sums.versions() {
		if name := fileName(v, ".zip"); i.from.files[name] == nil && !i.to.has(name) {
			problems = append(problems, fmt.Errorf("%s: is in an earlier tar: import that first", v))
		}
	}
	return problems
}

// prove checks each record of the tar and the directory as a go command will that
// finds them there: one that is new, and one that has seen the directory before.
func (i *importing) prove(ctx context.Context) []error {
	if err := i.readHeld(); err != nil {
		return []error{err}
	}
	all := append(i.from.sums.versions(), i.held.versions()...)
	module.Sort(all)
	all = slices.DeleteFunc(slices.Compact(all), func(v module.Version) bool {
		return !i.Database.covers(v.Path) || i.from.files[i.Database.record(v)] == nil && !i.to.has(i.Database.record(v))
	})
	if len(all) == 0 {
		return nil
	}
	seen, _ := i.to.read(i.Database.file("/latest"), maxProof) // error dropped: then it is the first
	head, err := i.head(seen)
	if err != nil {
		return []error{err}
	}
	read := func(name string) ([]byte, error) {
		if text, err := i.from.read(name); err == nil {
			return text, nil
		}
		return i.to.read(name, maxProof)
	}
	// The records that are in the directory alone come with an earlier tree.
	sums, problems := prove(ctx, i.Database, head, all, i.Parallel, read)
	if len(problems) == 0 && len(seen) > 0 {
		_, problems = prove(ctx, i.Database, seen, all[:1], 1, read)
	}
	if len(problems) > 0 && len(seen) > 0 {
		problems = append(problems, fmt.Errorf("%s and %s do not fit together: export again with --since and the tars that were imported", i.From, i.To))
	}
	i.sums = sums
	return problems
}

// head is the tar's signed tree, or the directory's, whose tree is seen, where the
// tar has none. The tar's is not the earlier one.
func (i *importing) head(seen []byte) ([]byte, error) {
	head, err := i.from.read(i.Database.file("/latest"))
	switch {
	case err != nil:
		return seen, nil //nolint:nilerr // what lacks a proof is told
	case len(seen) == 0:
		return head, nil
	}
	before, err := i.Database.treeSize(seen)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", i.To, err)
	}
	after, err := i.Database.treeSize(head)
	if err == nil && after < before {
		err = fmt.Errorf("the tree of %s has %d records, and that of %s already %d: export again with --since and the tars that were imported", i.Database.name, after, i.To, before)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", i.From, err)
	}
	return head, nil
}

// readHeld reads the checksums of what the directory already has.
func (i *importing) readHeld() error {
	text, err := i.to.read(goSum, maxGoSum)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil:
		err = errors.Join(i.held.Read(bytes.NewReader(text))...)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", i.to.path(goSum), err)
	}
	return nil
}

// vouched finds versions that neither the database nor a go.sum vouches for, and
// those for which they do not agree.
func (i *importing) vouched(context.Context) (problems []error) {
	i.from.sums.each(func(line module.Version, hash string) {
		v := whole(line)
		if i.Database.covers(v.Path) && i.sums[line] == "" {
			problems = append(problems, fmt.Errorf("%s: the tar has no proof of %s: if it is private, name it in --nosumdb", line, i.Database.name))
			return
		}
		problems = append(problems, i.sums.add(line, hash))
	})
	i.held.each(func(line module.Version, hash string) { problems = append(problems, i.sums.add(line, hash)) })
	for _, v := range i.from.versions {
		problems = append(problems, i.sums.vouched(v))
	}
	return compact(problems)
}

func (i *importing) modules(ctx context.Context) []error {
	return each(ctx, i.from.versions, i.Parallel, func(_ context.Context, v module.Version) (problem, stop error) {
		for _, ext := range extensions {
			file, err := i.from.open(fileName(v, ext))
			if err == nil {
				err = i.to.saveModule(v, ext, file, i.sums)
			}
			if err != nil {
				return fmt.Errorf("%s: %s: %w", v, ext, err), nil
			}
		}
		i.Log.Debug("wrote", "version", v.String())
		return nil, nil
	})
}

// finish writes what leads a go command to the modules: the database's files, tiles
// before the records that need them, then the lists and the checksums.
func (i *importing) finish(context.Context) []error {
	proofs := slices.DeleteFunc(slices.Sorted(maps.Keys(i.from.files)), func(name string) bool { return !i.Database.owns(name) })
	slices.SortStableFunc(proofs, func(a, b string) int { return rank(a) - rank(b) })
	for _, name := range proofs {
		text, err := i.from.read(name)
		if err == nil {
			err = i.to.write(name, text)
		}
		if err != nil {
			return []error{err}
		}
	}
	if len(proofs) > 0 {
		if err := i.to.write(i.Database.file("/supported"), nil); err != nil {
			return []error{err}
		}
	}
	written := ""
	for _, v := range i.from.versions {
		if v.Path != written {
			if err := i.list(v); err != nil {
				return []error{err}
			}
		}
		written = v.Path
	}
	return compact([]error{i.to.write(goSum, i.sums.text())})
}

func rank(name string) int {
	return slices.IndexFunc([]string{"/tile/", "/lookup/", "/"}, func(part string) bool { return strings.Contains(name, part) })
}

// list writes a module's list from the files that are there, and what answers
// @latest where a list is empty.
func (i *importing) list(of module.Version) error {
	folder := path.Dir(fileName(of, ""))
	files, err := fs.ReadDir(i.to.root.FS(), folder)
	if err != nil {
		return err
	}
	var tagged bytes.Buffer
	var versions []string
	for _, file := range files {
		if v, ext, ok := parseFileName(folder + "/" + file.Name()); ok && ext == ".info" {
			versions = append(versions, v.Version)
		}
	}
	semver.Sort(versions)
	for _, version := range versions {
		if !module.IsPseudoVersion(version) {
			fmt.Fprintln(&tagged, version)
		}
	}
	if err := i.to.write(folder+"/list", tagged.Bytes()); err != nil || tagged.Len() > 0 {
		return err
	}
	text, err := i.to.read(fileName(module.Version{Path: of.Path, Version: versions[len(versions)-1]}, ".info"), maxInfo)
	if err != nil {
		return err
	}
	return i.to.write(path.Dir(folder)+"/@latest", text)
}
