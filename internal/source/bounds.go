package source

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/gomods/athens-kfn/internal/krm"
)

// Bounds are how much is read of an operand, all its files together.
type Bounds struct {
	// Bytes of its files.
	Bytes int64
	// Parts are lines and entries in brackets. Each becomes a node or two, with
	// its text: 0.6 KB for the usual manifest, and up to 1.5 KB (measured).
	Parts int
}

// Sites are the bounds of what may come out of another owner's repository, so
// that the largest input fits into the sidecar of deploy/argocd. Argo CD takes
// 10 MB of a directory by default.
var Sites = Bounds{Bytes: 32 << 20, Parts: krm.SiteParts}

// Manifests are the bounds of ResourceLists and of manifests that are compared:
// what a person or kustomize has built, which may hold every definition of a
// platform. At 2,000,000 parts they take 1.3 GB, less than kustomize needs for
// the same.
var Manifests = Bounds{Bytes: 128 << 20, Parts: krm.ManifestParts}

// MaxEntries is how many names a directory may have: twice the files of a
// thousand sites.
const MaxEntries = 60_000

// ErrTooLarge is what errors about bounds are.
var ErrTooLarge = errors.New("too large")

// tooLarge is an error about a bound, which it names.
type tooLarge string

func (e tooLarge) Error() string { return string(e) }

// Is says that it is ErrTooLarge.
func (tooLarge) Is(target error) bool { return target == ErrTooLarge }

// count takes what was read off the bounds.
func (r *Reader) count(in []byte) error {
	if r.bytes += int64(len(in)); r.bytes > r.Bounds.Bytes {
		return tooLarge(fmt.Sprintf("has more than %d MiB, but at most so much is read: split it", r.Bounds.Bytes>>20))
	}
	for _, sign := range []string{"\n", ",", "[", "{", "- "} {
		r.parts += bytes.Count(in, []byte(sign))
	}
	if r.parts > r.Bounds.Parts {
		return tooLarge(fmt.Sprintf("has %d lines and entries, but at most %d are read: split it", r.parts, r.Bounds.Parts))
	}
	return nil
}
