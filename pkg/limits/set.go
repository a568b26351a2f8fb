package limits

import (
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/problem"
)

// Set is the limits that hold together: a site must be within each of them. The
// zero value is what holds if none are written: the tables of known gateways
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

// Source is limits that were read without a problem, and what messages call the
// file.
type Source struct {
	Name   string
	Limits *AthensLimits
}

// New puts limits together. The base, nil for none, is the file that may allow
// what the tables do not know; the others only narrow what it allows.
func New(base *Source, narrower ...Source) (out Set) {
	if base != nil {
		out.base = limited{base.Name, *base.Limits.Spec}
	}
	for _, n := range narrower {
		out.narrower = append(out.narrower, limited{n.Name, *n.Limits.Spec})
	}
	return out
}

// Check says what a site is not allowed. The site was defaulted and validated.
func (s Set) Check(site *v1alpha1.AthensSite) (out problem.Problems) {
	s.base.check(site, true, &out)
	for _, n := range s.narrower {
		n.check(site, false, &out)
	}
	return out
}
