package strict

import "strings"

// Bounds of what is read. The editor of a file also decides how much
// work it is, in a program that others wait for; what is larger than a bound is
// refused, with an error that names it. The work below a bound grows with the
// size of the input.
const (
	// MaxEntries is the number of entries of a list or a map.
	MaxEntries = 10_000
	// MaxValues is the number of values of a document: scalars, lists and maps.
	MaxValues = 50_000
)

// bounded notes a list or a map that is too long; nothing in it is read.
func (r *reader) bounded(v *value, entries int) bool {
	most := MaxEntries
	if v.key != "" && strings.HasSuffix(r.kind.list, v.key) && v.path() == r.kind.list {
		most = r.kind.most
	}
	if entries <= most {
		return true
	}
	r.over = true
	r.note(v, "has %d entries, but at most %d are read: write fewer", entries, most)
	return false
}

// full notes once that a document has too many values.
func (r *reader) full(v *value) bool {
	if r.seq == MaxValues+1 {
		r.over = true
		for v.parent != nil {
			v = v.parent
		}
		r.note(v, "has more than %d values, which is the most that is read of one site: write fewer", MaxValues)
	}
	return r.seq > MaxValues
}
