package airgap

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/module"

	"github.com/gomods/athens-kfn/internal/crathens"
)

// Export is one tar to be written. All fields are required unless they say
// otherwise.
type Export struct {
	// From is the module proxy that is read. It passes on Database.
	From *crathens.Getter
	// Database vouches for the modules that it covers; Pinned does for others.
	Database Database
	// Pinned are the versions to export.
	Pinned Sums
	// Exclude are globs of module path prefixes that are left out. Optional.
	Exclude string
	// Since are earlier exports: what they hold is proven again, and not written
	// again. Optional.
	Since []string
	// To is the tar. Until it is whole, a directory of the same name with .part
	// holds what is already there, for the next run.
	To string
	// Parallel is how many versions are asked for at once. At least 1.
	Parallel int
	// MaxBytes of files are read; 0 is no bound.
	MaxBytes int64
	// Log gets what happens.
	Log *slog.Logger
}

// exporting is the state of a run.
type exporting struct {
	*Export
	part  dir
	since []*archive
	sums  Sums
	bytes atomic.Int64
	head  []byte // the signed tree that all records are written with

	mu    sync.Mutex
	tiles map[string]bool
}

// Run writes the tar, or returns every problem and writes none.
func (e *Export) Run(ctx context.Context) (Summary, []error) {
	run := &exporting{Export: e, sums: Sums{}, tiles: map[string]bool{}}
	defer func() {
		for _, a := range run.since {
			a.close()
		}
	}()
	known := map[module.Version]bool{}
	for _, name := range e.Since {
		a, problems := openArchive(name, e.Database)
		if len(problems) > 0 {
			return Summary{}, problems
		}
		run.since = append(run.since, a)
		for _, v := range a.versions {
			known[v] = true
		}
	}
	fresh := slices.DeleteFunc(e.Pinned.versions(), func(v module.Version) bool {
		return known[v] || module.MatchPrefixPatterns(e.Exclude, v.Path)
	})
	all := slices.AppendSeq(slices.Clone(fresh), maps.Keys(known))
	if len(all) > maxVersions {
		return Summary{}, []error{errTooMany}
	}
	module.Sort(all)

	part, err := openDir(e.To + ".part")
	if err != nil {
		return Summary{}, []error{err}
	}
	defer part.root.Close() //nolint:errcheck // each file is closed by itself
	run.part = part
	summary := Summary{Versions: len(fresh), Known: len(known)}
	for _, step := range []func(context.Context) []error{
		func(ctx context.Context) []error { return run.records(ctx, all) },
		func(ctx context.Context) []error { return run.prove(ctx, all) },
		func(context.Context) []error { return run.vouched(all) },
		func(ctx context.Context) []error { return run.modules(ctx, fresh) },
		func(context.Context) []error { return compact([]error{run.write(all, fresh)}) },
	} {
		if problems := step(ctx); len(problems) > 0 {
			return summary, problems
		}
	}
	summary.Bytes = run.bytes.Load()
	return summary, compact([]error{os.RemoveAll(part.root.Name())})
}

// records reads what the database has of each version, and finds the latest of the
// signed trees that come with it: one that all records are in.
func (e *exporting) records(ctx context.Context, all []module.Version) []error {
	var size int64
	return each(ctx, e.covered(all), e.Parallel, func(ctx context.Context, v module.Version) (problem, stop error) {
		answer, err := e.file(ctx, e.Database.record(v))
		if err != nil {
			return e.failed(v, "its checksum", err)
		}
		var n int64
		_, tree, err := splitRecord(answer)
		if err == nil {
			n, err = e.Database.treeSize(tree)
		}
		if err != nil {
			return fmt.Errorf("%s: its checksum: %w", v, errors.Join(err, e.part.root.Remove(e.Database.record(v)))), nil
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		if n > size {
			size, e.head = n, tree
		}
		return nil, nil
	})
}

func (e *exporting) covered(all []module.Version) []module.Version {
	return slices.DeleteFunc(slices.Clone(all), func(v module.Version) bool { return !e.Database.covers(v.Path) })
}

// failed is what each wants to know: without a proxy that answers nothing goes on.
func (*exporting) failed(v module.Version, what string, err error) (problem, stop error) {
	err = fmt.Errorf("%s: %s: %w", v, what, err)
	if crathens.Gone(err) {
		return err, nil
	}
	return nil, err
}

// file is one of the database: from an earlier run or export, or the proxy.
func (e *exporting) file(ctx context.Context, name string) ([]byte, error) {
	if text, err := e.part.read(name, maxProof); err == nil {
		return text, nil
	}
	var text []byte
	err := fs.ErrNotExist
	for _, a := range e.since {
		if text, err = a.read(name); err == nil {
			break
		}
	}
	if err != nil {
		err = e.From.Get(ctx, "/"+name, func(r io.Reader) (err error) {
			text, err = readAll(r, maxProof)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	return text, e.part.write(name, text)
}

// prove checks all records as a go command in the closed network will: one that is
// new, and one that has seen an earlier export. What they read is exported.
func (e *exporting) prove(ctx context.Context, all []module.Version) (problems []error) {
	covered := e.covered(all)
	if len(covered) == 0 {
		return nil
	}
	read := func(name string) ([]byte, error) {
		text, err := e.proof(ctx, name)
		if err == nil {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.tiles[name] = true
		}
		return text, err
	}
	for _, a := range e.since {
		if seen, err := a.read(e.Database.file("/latest")); err == nil {
			if _, problems := prove(ctx, e.Database, seen, covered[:1], 1, read); len(problems) > 0 {
				return problems
			}
		}
	}
	if e.sums, problems = prove(ctx, e.Database, nil, covered, e.Parallel, read); len(problems) > 0 && ctx.Err() == nil {
		problems = append(problems, e.part.root.RemoveAll("sumdb")) // the next run asks again
	}
	return compact(problems)
}

// proof is a file of the database as it is exported: records come with one tree.
func (e *exporting) proof(ctx context.Context, name string) ([]byte, error) {
	if name == e.Database.file("/latest") {
		return e.head, nil
	}
	text, err := e.file(ctx, name)
	if err != nil || !strings.HasPrefix(name, e.Database.file("/lookup/")) {
		return text, err
	}
	record, _, err := splitRecord(text)
	return slices.Concat(record, e.head), err
}

// vouched compares the database with the go.sum files, which must vouch for what
// it does not cover.
func (e *exporting) vouched(all []module.Version) (problems []error) {
	pinned := []Sums{e.Pinned}
	for _, a := range e.since {
		pinned = append(pinned, a.sums)
	}
	for _, v := range all {
		var conflict error
		for _, line := range []module.Version{v, goModOf(v)} {
			for _, sums := range pinned {
				if hash := sums[line]; hash != "" && conflict == nil {
					conflict = e.sums.add(line, hash)
				}
			}
		}
		if conflict == nil {
			conflict = e.sums.vouched(v)
		}
		problems = append(problems, conflict)
	}
	return compact(problems)
}

// modules reads the files that are not there yet.
func (e *exporting) modules(ctx context.Context, fresh []module.Version) []error {
	return each(ctx, fresh, e.Parallel, func(ctx context.Context, v module.Version) (problem, stop error) {
		for _, ext := range extensions {
			name := fileName(v, ext)
			if !e.part.has(name) || e.sums.verify(v, ext, e.part.path(name)) != nil {
				if err := e.module(ctx, v, ext); err != nil {
					return e.failed(v, ext, err)
				}
			}
			if err := e.spend(name); err != nil {
				return nil, err
			}
		}
		e.Log.Debug("read", "version", v.String())
		return nil, nil
	})
}

func (e *exporting) module(ctx context.Context, v module.Version, ext string) error {
	return e.From.Get(ctx, "/"+fileName(v, ext), func(r io.Reader) error { return e.part.saveModule(v, ext, r, e.sums) })
}

func (e *exporting) spend(name string) error {
	file, err := e.part.root.Stat(name)
	if err != nil {
		return err
	}
	if e.bytes.Add(file.Size()) > e.MaxBytes && e.MaxBytes > 0 {
		return fmt.Errorf("--max-bytes %d is used up: set more, or --exclude modules", e.MaxBytes)
	}
	return nil
}

// write makes the tar: first what proves, then what is proven.
func (e *exporting) write(all, fresh []module.Version) (err error) {
	file, err := os.CreateTemp(filepath.Dir(e.To), ".crathens-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	to := tar.NewWriter(file)
	text := e.sums.text()
	err = writeFile(to, goSum, int64(len(text)), bytes.NewReader(text))
	proofs := slices.Sorted(maps.Keys(e.tiles))
	if len(proofs) > 0 {
		proofs = append(proofs, e.Database.file("/latest"))
	}
	for _, name := range proofs {
		if err == nil {
			text, err = e.proof(context.Background(), name)
		}
		if err == nil && !e.written(name, text) {
			err = writeFile(to, name, int64(len(text)), bytes.NewReader(text))
		}
	}
	for _, v := range fresh {
		for _, ext := range extensions {
			if err == nil {
				err = e.writeModule(to, fileName(v, ext))
			}
		}
	}
	if err = errors.Join(err, to.Close(), file.Chmod(0o644), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), e.To)
}

// written tells whether an earlier export has a file as it is.
func (e *exporting) written(name string, text []byte) bool {
	return slices.ContainsFunc(e.since, func(a *archive) bool {
		before, err := a.read(name)
		return err == nil && bytes.Equal(before, text)
	})
}

func (e *exporting) writeModule(to *tar.Writer, name string) error {
	file, err := e.part.root.Open(name)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return writeFile(to, name, info.Size(), file)
}
