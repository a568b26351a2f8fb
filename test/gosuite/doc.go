// Package gosuite runs the go command's own tests of modules through lathens: the
// scripts testdata/script/mod_*.txt of cmd/go, in the GOROOT of the Go that runs
// the test, over the module proxy that they bring. make test-gosuite runs it.
package gosuite
