package problem

import "github.com/gomods/athens-kfn/pkg/quote"

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	// Path of the field, as in spec.athens.storage.disk.size. A key of a map
	// that looks like a secret is hidden.
	Path string
	// Message says what is wrong and what to write instead.
	Message string
}

// String is the problem on one line.
func (p Problem) String() string { return p.Path + ": " + p.Message }

// Problems are all that is wrong with a configuration, in the order of its fields.
type Problems []Problem

// Add notes a problem. Values in the message are printed by quote.Sprintf.
func (p *Problems) Add(path, format string, args ...any) {
	*p = append(*p, Problem{Path: path, Message: quote.Sprintf(format, args...)})
}
