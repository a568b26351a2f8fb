package prove

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/atoms"
	"github.com/gomods/athens-kfn/internal/envoypath"
)

// space is all requests that a caller may send, as far as looks tell them apart:
// the product of the atoms of each attribute.
type space struct {
	// axes by their names: path, method, authority, and header:NAME for each header
	// that a look is about.
	axes map[string]*axis
	// names of the axes, the path first.
	names []string
	// where is each look by its number.
	where []place
	// host of the site.
	host string
}

// place is the atoms of an axis for which a look is true.
type place struct {
	axis int
	in   members
}

// axis is an attribute of requests, in atoms.
type axis struct {
	// atoms, the one with the shortest value first. Of a header the last one is
	// that it is not there.
	atoms  []atoms.Atom
	absent bool
	// where has the atoms for which a look is true.
	where map[look]members
	// kinds has those of each language that judges answers.
	kinds map[string]members
	// domain and of are what the atoms were split by.
	domain *atoms.Language
	of     []*atoms.Language
}

// atom of a value; -1 for one that the domain does not have.
func (a *axis) atom(value string) int {
	if !a.domain.Has(value) {
		return -1
	}
	in := []int{}
	for i, l := range a.of {
		if l.Has(value) {
			in = append(in, i)
		}
	}
	return slices.IndexFunc(a.atoms, func(o atoms.Atom) bool { return slices.Equal(o.In, in) })
}

// members is a set of atoms of one axis.
type members []uint64

func (s members) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s members) add(i int)      { s[i/64] |= 1 << (i % 64) }

func (s members) and(o members, not bool) members {
	out := make(members, len(s))
	for i := range s {
		if not {
			out[i] = s[i] &^ o[i]
		} else {
			out[i] = s[i] & o[i]
		}
	}
	return out
}

func (s members) or(o members) members {
	out := slices.Clone(s)
	for i := range s {
		out[i] |= o[i]
	}
	return out
}

func (s members) any() bool {
	return slices.ContainsFunc(s, func(w uint64) bool { return w != 0 })
}

// first atom of a set, and how many there are.
func (s members) first() (i, count int) {
	i = -1
	for n := range 64 * len(s) {
		if s.has(n) {
			if count++; i < 0 {
				i = n
			}
		}
	}
	return i, count
}

// onAxis is the axis that a look is about.
func onAxis(l look) string {
	if l.of == ofHostname {
		return ofAuthority
	}
	return l.of
}

// The values that an attribute can have. Paths are as a first Envoy hands them on.
// A header's value is all bytes that HTTP allows; one that is sent several times has
// the values joined by commas.
const (
	methodDomain    = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
	authorityDomain = `[!$&'()*+,.0-9;=A-Z_a-z~%-]+(?::[!$&'()*+,.0-9;=A-Z_a-z~%-]*)?`
	headerDomain    = `(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?`
)

func domainOf(name string) (*atoms.Language, error) {
	switch name {
	case ofPath:
		normal, err := atoms.Regexp(envoypath.Normal)
		if err != nil {
			return nil, err
		}
		escaped, err := atoms.Regexp(envoypath.Escaped)
		if err != nil {
			return nil, err
		}
		return normal.Without(escaped), nil
	case ofMethod:
		return atoms.Regexp(methodDomain)
	case ofAuthority:
		return atoms.Regexp(authorityDomain)
	}
	return atoms.Regexp(headerDomain)
}

// languages are kept: a program that judges several sites compiles each once.
type languages map[string]*atoms.Language

func (l languages) of(expression string) (*atoms.Language, error) {
	if known := l[expression]; known != nil {
		return known, nil
	}
	out, err := atoms.Regexp(expression)
	if err == nil {
		l[expression] = out
	}
	return out, err
}

// decoded is the language of the texts that an expression matches after their escapes are undone.
func (l languages) decoded(expression string) (*atoms.Language, error) {
	key := "*" + expression // which is no expression
	if known := l[key]; known != nil {
		return known, nil
	}
	of, err := l.of(expression)
	if err == nil {
		l[key] = of.Decoded()
	}
	return l[key], err
}

// kind is a language by which answers are judged, on one axis.
type kind struct {
	axis, name, expression string
	language               *atoms.Language
}

// spaceOf is the space that looks and kinds split.
func spaceOf(looks []look, kinds []kind, compiled languages) (*space, error) {
	by := map[string][]look{ofPath: nil, ofMethod: nil, ofAuthority: nil}
	for _, l := range looks {
		by[onAxis(l)] = append(by[onAxis(l)], l)
	}
	for _, k := range kinds {
		by[k.axis] = slices.Clone(by[k.axis]) // an axis, even if no look is about it
	}
	s := &space{axes: map[string]*axis{}}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		a, err := axisOf(name, by[name], kinds, compiled)
		if err != nil {
			return nil, err
		}
		s.axes[name] = a
	}
	s.names = append([]string{ofPath, ofMethod, ofAuthority}, slices.DeleteFunc(slices.Sorted(maps.Keys(by)), func(n string) bool {
		return !strings.HasPrefix(n, ofHeader)
	})...)
	return s, nil
}

func axisOf(name string, looks []look, kinds []kind, compiled languages) (*axis, error) {
	var of []*atoms.Language
	number := map[string]int{} // of each expression; two looks may have one
	for _, l := range looks {
		e := l.expression()
		if _, known := number[e]; known {
			continue
		}
		language, err := compiled.of(e)
		if err != nil {
			return nil, fmt.Errorf("%s %s %q: %w", l.of, l.how, l.pattern, err)
		}
		number[e], of = len(of), append(of, language)
	}
	var own []kind
	for _, k := range kinds {
		if k.axis == name {
			own, of = append(own, k), append(of, k.language)
		}
	}
	domain, err := domainOf(name)
	if err != nil {
		return nil, err
	}
	found, err := atoms.Split(domain, of)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	a := &axis{atoms: found, absent: strings.HasPrefix(name, ofHeader), where: map[look]members{}, kinds: map[string]members{}, domain: domain, of: of}
	if a.absent {
		a.atoms = append(a.atoms, atoms.Atom{})
	}
	in := make([]members, len(of))
	for i := range in {
		in[i] = a.none()
	}
	for i, atom := range a.atoms {
		for _, n := range atom.In {
			in[n].add(i)
		}
	}
	for _, l := range looks {
		a.where[l] = in[number[l.expression()]]
	}
	for i, k := range own {
		a.kinds[k.name] = in[len(of)-len(own)+i]
	}
	return a, nil
}

func (a *axis) none() members { return make(members, (len(a.atoms)+63)/64) }

func (a *axis) all() members {
	out := a.none()
	for i := range a.atoms {
		out.add(i)
	}
	return out
}

// isAbsent says whether an atom is that the header is not there.
func (a *axis) isAbsent(i int) bool { return a.absent && i == len(a.atoms)-1 }
