// Package conformance holds every golden of the function against what a
// cluster would say to it: the API server's own defaulting, validation and
// warnings, Istio's CRD schemas and CEL rules, Istio's protobuf messages, and
// pod security. It needs the API server's code, hence a module of its own.
//
// Nothing is downloaded or started: all of it is library code. Run it with
// -count=1: the go command does not see when files outside of this module
// change, and would repeat an old answer.
package conformance
