package crathens

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/gomods/athens-kfn/internal/goproxy"
)

// What is kept of catalogs, in bytes; measured with a million modules.
const (
	perModule  = 190 // beside its path: three maps and a slice, while they grow
	perVersion = 24  // eight, in a slice that grows
	perMissing = 64  // beside the version
	perPage    = 48  // the hash of a token
)

// memory counts what is kept of catalogs. The sites that send them may be
// anyone's, and there is no end to what can be sent.
type memory struct{ held, max int64 }

func (m *memory) take(n int) { m.held += int64(n) }

// full is the error when more is kept than may be.
func (m *memory) full() error {
	if m.held <= m.max {
		return nil
	}
	return &failure{reason: fmt.Sprintf("the catalog needs more than %d MiB of memory, or never ends: raise crathens' memory limit (GOMEMLIMIT is twice that)", m.max>>20)}
}

// stored is which versions a site holds: eight bytes for a version, whatever
// its length, and each module's path once. Two versions of one module that
// share a hash (one in 10^13 for a module of 1,000) would hide each other, and
// one of them would not be warmed.
type stored struct {
	seed    maphash.Seed
	modules map[string]held
	memory  *memory
}

// held are the versions of one module.
type held struct {
	hashes []uint64 // sorted
	tagged bool     // one of them is a version that a list would name
}

func newStored(m *memory) *stored {
	return &stored{maphash.MakeSeed(), map[string]held{}, m}
}

// add says whether the version is new.
func (s *stored) add(r row) bool {
	h, known := s.modules[r.Module]
	hash := maphash.String(s.seed, r.Version)
	at, found := slices.BinarySearch(h.hashes, hash)
	if found {
		return false
	}
	if !known {
		r.Module = strings.Clone(r.Module)
		s.memory.take(len(r.Module) + perModule)
	}
	s.memory.take(perVersion)
	h.hashes = slices.Insert(h.hashes, at, hash)
	h.tagged = h.tagged || listable(r.Version)
	s.modules[r.Module] = h
	return true
}

// maxVersion is the length of the longest version that is asked for: a file name.
const maxVersion = 255

func (s *stored) has(r row) bool {
	_, found := slices.BinarySearch(s.modules[r.Module].hashes, maphash.String(s.seed, r.Version))
	return found
}

// sound says whether a row of a catalog can be asked for, and takes the
// escapes ("!x") off a path if it has them. A storage that others write into
// may hold anything.
func (c *Crawler) sound(r *row) bool {
	if path, err := module.UnescapePath(r.Module); err == nil {
		r.Module = path
	}
	if len(r.Module) <= goproxy.MaxPath && module.CheckPath(r.Module) == nil && r.Version != "" && len(r.Version) <= maxVersion {
		if _, err := module.EscapeVersion(r.Version); err == nil {
			return true
		}
	}
	c.cfg.Log.Debug("left out a row of the catalog that names no module", "module", shown(r.Module), "version", shown(r.Version))
	return false
}
