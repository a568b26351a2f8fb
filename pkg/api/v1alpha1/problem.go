package v1alpha1

import "fmt"

// Problem is one thing that is wrong with a site.
type Problem struct {
	// Path of the field, as in spec.athens.storage.disk.size.
	Path string
	// Message says what is wrong and what to write instead.
	Message string
}

// String is the problem on one line.
func (p Problem) String() string { return p.Path + ": " + p.Message }

// Problems are all that is wrong with a site, in the order of its fields.
type Problems []Problem

// Add notes a problem.
func (p *Problems) Add(path, format string, args ...any) {
	*p = append(*p, Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}
