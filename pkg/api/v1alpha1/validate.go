package v1alpha1

import (
	"reflect"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Validate checks a site that Default has filled and reports everything that
// is wrong with it at once. Every message says what is wrong, why, and what to
// write instead. What could not be read, and what depends on it, is passed over,
// because it was complained about already; nil is nothing.
func (site *AthensSite) Validate(unread *problem.Broken) problem.Problems {
	r := &rules{checks{broken: unread}, site, &site.Spec}
	r.meta()
	r.namespace()
	r.images()
	r.pods()
	r.inherited()
	r.host()
	r.trust()
	r.secrets()
	r.azureCloud()
	r.athens()
	r.lathens()
	r.crathens()
	r.mesh()
	r.gateway()
	r.egress()
	r.dns()
	r.tracing()
	r.metrics()
	r.logs()
	r.edge()
	r.azure()
	r.regions()
	r.unions("spec", reflect.ValueOf(r.spec), false)
	return r.problems
}

// rules are the checks of one site.
type rules struct {
	checks
	site *AthensSite
	spec *AthensSiteSpec
}

// checks are what the rules of every kind are made of.
type checks struct {
	broken   *problem.Broken
	problems problem.Problems
}

// add notes a problem, unless its path could not be read.
func (r *checks) add(path, format string, args ...any) {
	if r.sound(path) {
		r.problems.Add(path, format, args...)
	}
}

// sound says whether all of the paths could be read, so that a rule that
// compares them means something.
func (r *checks) sound(paths ...string) bool {
	return !slices.ContainsFunc(paths, r.broken.Touches)
}

// check notes a problem if there is one.
func (r *checks) check(path, problem string) bool {
	if problem != "" {
		r.add(path, "%s", quote.Said(problem))
	}
	return problem == ""
}

// enum checks that a value is one of a field's choices.
func (r *checks) enum(path, value string, allowed ...string) bool {
	if slices.Contains(allowed, value) {
		return true
	}
	r.add(path, "%q is not a choice%s Write %s", value, didYouMean(value, allowed), orList(allowed))
	return false
}

// didYouMean ends a clause about a misspelt name.
func didYouMean(name string, known []string) string {
	if near, ok := nearest(name, known); ok {
		return quote.Sprintf("; did you mean %s?", near)
	}
	return "."
}

// required checks a text that must be there; write is the cure.
func (r *checks) required(path, s, write string, problem func(string) string) bool {
	if s == "" {
		r.add(path, "is required; write %s", quote.Said(write))
		return false
	}
	return r.check(path, problem(s))
}

// optional checks a text that may be left out.
func (r *checks) optional(path, s string, problem func(string) string) {
	if s != "" {
		r.check(path, problem(s))
	}
}

// unique checks that a list holds nothing twice.
func (r *checks) unique(path string, list []string) {
	firsts := make(map[string]int, len(list))
	for i, s := range list {
		if first, there := firsts[s]; there {
			r.add(item(path, i), "%q is repeated, first at %s; remove one", s, item(path, first))
		} else {
			firsts[s] = i
		}
	}
}

// each checks the entries of a list of strings, and that none is there twice.
func (r *checks) each(path string, list []string, problem func(string) string) {
	for i, s := range list {
		r.check(item(path, i), problem(s))
	}
	r.unique(path, list)
}

// maxPods is the most pods that a cluster of Kubernetes runs (kubernetes.io,
// "Considerations for large clusters").
const maxPods = 150_000

// replicas checks a number of pods.
func (r *checks) replicas(path string, n int32) {
	r.atLeastOne(path, n)
	if n > maxPods {
		r.add(path, "is %d, but a cluster of Kubernetes runs at most %d pods; write how many pods the site needs, as in 3", n, maxPods)
	}
}

// atLeastOne checks a number.
func (r *checks) atLeastOne(path string, n int32) {
	if n < 1 {
		r.add(path, "must be at least 1; found %d", n)
	}
}

// inSet says whether a string is made of the characters only.
func inSet(s, characters string) bool {
	return strings.Trim(s, characters) == ""
}

const (
	lowers = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"
)
