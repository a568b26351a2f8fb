package importer

import (
	"errors"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
)

// Verdicts on one part of what runs, in the order in which they are reported.
const (
	// Differs is a part that the site has with another value.
	Differs = "differs"
	// LeftOut is a part that the site does not have.
	LeftOut = "left out"
	// YoursToDo is what the site relies on and does not make.
	YoursToDo = "yours to do"
	// Same is a part that the site has with the same value.
	Same = "same"
)

// Source is what an operator runs: the objects around one Athens, and what could
// not be read.
type Source struct {
	// Objects as the cluster has them, one node each, without Lists.
	Objects []*yaml.Node
	// Name of the release or of the workload: the default name of the site.
	Name string
	// Namespace of the release, for objects without one.
	Namespace string
	// Missing is what the reader could not read, such as valuesFrom of a
	// HelmRelease. Each line with Matters makes the result fail.
	Missing []Line
}

// Result is the site of a Source and what became of each part of it.
type Result struct {
	// Site is the AthensSite as YAML, without defaults. It may break rules: it is
	// there to be completed.
	Site []byte
	// Lines are what became of each part, in the order of verdicts.
	Lines []Line
	// Problems are the rules that the site breaks.
	Problems krm.Results
	// Plan is the order of a move without an outage, as Markdown; empty without
	// Options.Plan.
	Plan string
}

// Failed reports whether something that matters was left out, or the site breaks
// a rule.
func (r *Result) Failed() bool {
	for _, l := range r.Lines {
		if l.Matters {
			return true
		}
	}
	return r.Problems.Failed()
}

// FromObjects finds the one Athens among objects and turns what runs it into a
// site. An error means that there is none, or that several are there and
// Options.Workload picks none of them.
func FromObjects(src Source, o Options) (*Result, error) {
	return nil, errors.New("objects cannot be imported yet")
}
