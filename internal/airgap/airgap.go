// Package airgap carries modules, and the proofs of their checksums, in a tar into
// a network without internet access. Export reads them from a module proxy; Import
// writes them into a directory that GOPROXY=file:// reads. Both verify each file
// as the go command does.
package airgap

import (
	"context"

	"golang.org/x/mod/module"
	"golang.org/x/sync/errgroup"
)

// maxVersions of one export: what a go.sum that can be read again has, with two
// lines each.
const maxVersions = 50_000

// Summary is what an Export or an Import did.
type Summary struct {
	Versions int   // in the tar, whole
	Known    int   // proven by the tar, and in an earlier one
	Bytes    int64 // of files
}

// each calls f for each version, some at a time, until one returns an error. It
// returns the problems that the calls report, in the order of the versions.
func each(ctx context.Context, versions []module.Version, parallel int, f func(context.Context, module.Version) (problem, stop error)) []error {
	found := make([]error, len(versions)+1)
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i, v := range versions {
		if inner.Err() != nil {
			break
		}
		group.Go(func() (stop error) {
			if inner.Err() == nil {
				found[i], stop = f(inner, v)
			}
			return stop
		})
	}
	found[len(versions)] = group.Wait()
	if ctx.Err() != nil {
		return []error{context.Cause(ctx)}
	}
	return compact(found)
}

func compact(errs []error) (problems []error) {
	for _, err := range errs {
		if err != nil {
			problems = append(problems, err)
		}
	}
	return problems
}
