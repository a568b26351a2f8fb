package prove

import (
	"slices"
	"strings"
)

// box is a set of requests: those whose attributes are each in a set of atoms, in
// the order of the space's axes.
type box []members

// region is requests that get one answer, because every look at them says the same.
type region struct {
	asker
	box
	answer  Answer
	reached []string
	twice   bool
}

// asker is who asks what.
type asker struct {
	as, to string
	port   uint32
}

// size is how many combinations of atoms a box has.
func (b box) size() int {
	n := 1
	for _, s := range b {
		_, count := s.first()
		n *= count
	}
	return n
}

// explore asks for one request of each region, until all requests of a space
// have their answer. A look that the space does not know is added to missing; the
// regions are then too large.
func (w *World) explore(s *space, by asker, missing map[look]bool) (out []region) {
	whole := make(box, len(s.names))
	for i, name := range s.names {
		whole[i] = s.axes[name].all()
	}
	for rest := []box{whole}; len(rest) > 0; {
		b := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		t := &trace{}
		answer := w.follow(s.request(by, b), t)
		for _, l := range t.looks {
			i := slices.Index(s.names, onAxis(l.look))
			if i < 0 {
				missing[l.look] = true
				continue
			}
			where, known := s.axes[s.names[i]].where[l.look]
			if !known {
				missing[l.look] = true
				continue
			}
			other := slices.Clone(b)
			other[i] = b[i].and(where, l.is)
			if n, _ := other[i].first(); n >= 0 {
				rest = append(rest, other)
			}
			b = slices.Clone(b)
			b[i] = b[i].and(where, !l.is)
		}
		out = append(out, region{by, b, answer, t.reached, t.twice})
	}
	return out
}

// request is one of a box: of each axis the first value.
func (s *space) request(by asker, b box) Request {
	r := Request{As: by.as, To: by.to, Port: by.port, Headers: map[string]string{}}
	for i, name := range s.names {
		a := s.axes[name]
		n, _ := b[i].first()
		value := a.atoms[n].Shortest
		switch {
		case name == ofPath:
			r.Path = value
		case name == ofMethod:
			r.Method = value
		case name == ofAuthority:
			r.Host = value
		case !a.isAbsent(n):
			r.Headers[strings.TrimPrefix(name, ofHeader)] = value
		}
	}
	return r
}
