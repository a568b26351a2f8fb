// Package lint holds rules for this repository's own code that no linter has, as
// tests.
package lint
