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
	// promised is the answer of the objects that the site renders; nil if it is not
	// asked for.
	promised *Answer
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

// maxRegions of one caller; a site of this program has a hundred.
const maxRegions = 50_000

// explore asks for one request of each region, until all requests of a space
// have their answer. A look that the space does not know is added to missing; the
// regions are then too large.
func explore(s *space, by asker, w, rendered *World, missing map[look]bool) (out []region, err error) {
	whole := make(box, len(s.names))
	for i, name := range s.names {
		whole[i] = s.axes[name].all()
	}
	for rest := []box{whole}; len(rest) > 0; {
		b := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		r, t := s.request(by, b), &trace{}
		answer := w.follow(r, t)
		one := region{asker: by, answer: answer, reached: t.reached, twice: t.twice}
		looks := t.looks
		if rendered != nil {
			t = &trace{}
			promised := rendered.follow(r, t)
			one.promised, looks = &promised, append(looks, t.looks...)
		}
		for _, l := range looks {
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
			if other[i] = b[i].and(where, l.is); other[i].any() {
				rest = append(rest, other)
			}
			b = slices.Clone(b)
			b[i] = b[i].and(where, !l.is)
		}
		one.box = b
		if out = append(out, one); len(out) > maxRegions {
			return nil, errTooDeep
		}
	}
	return out, nil
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

// readable is a request of a box with the shortest path and what people know: a
// usual method and host, and as few headers as there can be.
func (s *space) readable(by asker, b box) Request {
	r := s.request(by, b)
	for i, name := range s.names {
		a := s.axes[name]
		in := func(value string) bool { n := a.atom(value); return n >= 0 && b[i].has(n) }
		switch {
		case a.absent && b[i].has(len(a.atoms)-1):
			delete(r.Headers, strings.TrimPrefix(name, ofHeader))
		case name == ofMethod:
			if n := slices.IndexFunc(usualMethods, in); n >= 0 {
				r.Method = usualMethods[n]
			}
		case name == ofAuthority && in(s.host):
			r.Host = s.host
		case name == ofAuthority && in(otherHost):
			r.Host = otherHost
		}
	}
	return r
}
