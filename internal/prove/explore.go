package prove

import (
	"math"
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"

	"github.com/gomods/athens-kfn/internal/atoms"
)

// box is a set of requests: those whose attributes are each in a set of atoms, in
// the order of the space's axes.
type box []members

// fact is what a look of some number says of requests: twice the number, and one more
// for yes.
type fact int32

func factOf(number int, is bool) fact { return fact(2*number + atoms.Bit(is)) }

// region is requests that get one answer, because every look at them says the same.
type region struct {
	asker
	box
	// facts tell its requests from others.
	facts   []fact
	answer  Answer
	reached []string
	twice   bool
	route   *v1alpha3.HTTPRoute
	// promised is the answer of the objects that the site renders; nil if it is not
	// asked for.
	promised *promisedAnswer
}

// promisedAnswer is an answer, whether a program let the request pass, and whether an
// Envoy may judge another path than the one before it.
type promisedAnswer struct {
	Answer
	passes, twice bool
	route         *v1alpha3.HTTPRoute
}

// asker is who asks what.
type asker struct {
	as, to string
	port   uint32
}

// most is what counts of combinations end at.
const most = math.MaxInt64 / 2

// size is how many combinations of atoms a box has.
func (b box) size() int {
	n := 1
	for _, s := range b {
		_, count := s.first()
		if count > 0 && n > most/count {
			return most
		}
		n *= count
	}
	return n
}

// maxRegions of one caller; a site of this program has a hundred.
const maxRegions = 50_000

// explore asks for one request of each region among requests of which some facts are
// known. Where the space does not know a look, the facts are added to rest: these
// requests are to be explored again in a space that knows it.
func (p *prover) explore(s *space, by asker, w, rendered *World, from [][]fact) (out []region, rest [][]fact, err error) {
	type part struct {
		facts []fact
		box   box
	}
	var open []part
	for _, facts := range slices.Backward(from) {
		open = append(open, part{facts, s.boxOf(facts)})
	}
	for len(open) > 0 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		b, facts := slices.Clone(at.box), slices.Clone(at.facts)
		r, t := s.request(by, b), &trace{}
		one := region{asker: by, answer: w.follow(r, t)}
		looks := t.looks
		one.reached, one.twice, one.route = t.reached, t.twice, t.route
		if rendered != nil {
			t = &trace{}
			one.promised = &promisedAnswer{Answer: rendered.follow(r, t)}
			one.promised.passes, one.promised.twice, one.promised.route = len(t.reached) > 0, t.twice, t.route
			looks = append(looks, t.looks...)
		}
		complete := true
		for _, l := range looks {
			n := p.number(l.look)
			if n >= len(s.where) || s.where[n].in == nil {
				complete = false
				continue
			}
			i, in := s.where[n].axis, s.where[n].in
			other := b[i].and(in, l.is)
			if !other.any() {
				continue // the facts say so
			}
			sibling := slices.Clone(b)
			sibling[i] = other
			open = append(open, part{append(slices.Clip(facts), factOf(n, !l.is)), sibling})
			facts = append(facts, factOf(n, l.is))
			b[i] = b[i].and(in, !l.is)
		}
		if !complete {
			rest = append(rest, facts)
			continue
		}
		one.facts = facts
		if out = append(out, one); len(out) > maxRegions {
			return nil, nil, errTooDeep
		}
	}
	return out, rest, nil
}

// boxOf is the requests of which some facts are known.
func (s *space) boxOf(facts []fact) box {
	out := make(box, len(s.names))
	for i, name := range s.names {
		out[i] = s.axes[name].all()
	}
	for _, f := range facts {
		at := s.where[f/2]
		out[at.axis] = out[at.axis].and(at.in, f%2 == 0)
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
