// Package strict reads a YAML document into any kind of configuration: a Go
// struct with json tags that is a Kind. What comes out is the struct, and every
// problem at once, in the order of the document: an unknown field with the
// nearest name, a value of the wrong type, a rule that is broken, each with its
// path and what to write instead. Locate finds the position of a path.
//
// It knows no kind. What is special to one, such as the regions of a site, comes
// from methods of the kind, see kind.go.
package strict
