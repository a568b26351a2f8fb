package limits

import "github.com/gomods/athens-kfn/pkg/api/v1alpha1"

// Set is the limits that hold together: a site must be within each of them. The
// zero value is what holds where nobody wrote any: the tables of known gateways
// and namespaces.
type Set struct {
	base     limited
	narrower []limited
}

// limited is a file's limits.
type limited struct {
	file string
	spec Spec
}

// Source is a file of limits.
type Source struct {
	Name    string
	Content []byte
}

// New reads limits. The base, nil for none, is the file that may allow what the
// tables do not know; the others only narrow what it allows. Errors name the
// file and the field.
func New(base *Source, narrower ...Source) (Set, error) {
	var out Set
	if base != nil {
		l, err := read(base.Name, base.Content)
		if err != nil {
			return Set{}, err
		}
		out.base = limited{base.Name, l.Spec}
	}
	for _, n := range narrower {
		l, err := read(n.Name, n.Content)
		if err != nil {
			return Set{}, err
		}
		out.narrower = append(out.narrower, limited{n.Name, l.Spec})
	}
	return out, nil
}

// Check says what a site is not allowed. The site was defaulted and validated.
func (s Set) Check(site *v1alpha1.AthensSite) (out v1alpha1.Problems) {
	s.base.check(site, true, &out)
	for _, n := range s.narrower {
		n.check(site, false, &out)
	}
	return out
}
