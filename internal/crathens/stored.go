package crathens

import (
	"hash/maphash"
	"slices"

	"golang.org/x/mod/module"
)

// stored is which versions a site holds: eight bytes for a version, whatever
// its length, and each module's path once. Two versions of one module that
// share a hash (one in 10^13 for a module of 1,000) would hide each other, and
// one of them would not be warmed.
type stored struct {
	seed    maphash.Seed
	modules map[string]held
}

// held are the versions of one module.
type held struct {
	hashes []uint64 // sorted
	tagged bool     // one of them is a version that a list would name
}

func newStored() *stored {
	return &stored{maphash.MakeSeed(), map[string]held{}}
}

// add says whether the version is new.
func (s *stored) add(r row) bool {
	h := s.modules[r.Module]
	hash := maphash.String(s.seed, r.Version)
	at, found := slices.BinarySearch(h.hashes, hash)
	if !found {
		h.hashes = slices.Insert(h.hashes, at, hash)
		h.tagged = h.tagged || listable(r.Version)
		s.modules[r.Module] = h
	}
	return !found
}

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
	if module.CheckPath(r.Module) == nil && r.Version != "" {
		if _, err := module.EscapeVersion(r.Version); err == nil {
			return true
		}
	}
	c.cfg.Log.Debug("left out a row of the catalog that names no module", "module", r.Module, "version", r.Version)
	return false
}
