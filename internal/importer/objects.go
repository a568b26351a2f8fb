package importer

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/explain"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Verdicts on one part of what runs, in the order in which they are reported.
const (
	// LeftOut is a part that the site does not have.
	LeftOut = "left out"
	// Differs is a part that the site has with another value.
	Differs = "differs"
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

// maxObjects is how many objects are read: each is asked about each.
const maxObjects = 5000

// FromObjects finds the one Athens among objects and turns what runs it into a
// site. An error means that there is none, or that several are there and
// Options.Workload picks none of them.
func FromObjects(src Source, o Options) (*Result, error) {
	if len(src.Objects) > maxObjects {
		return nil, fmt.Errorf("has %d objects, but at most %d are read: name those of the namespace that Athens is in", len(src.Objects), maxObjects)
	}
	objects, unread := objectsOf(src.Objects)
	r, err := runningIn(objects, o.Workload, cmp.Or(src.Namespace, o.Namespace, "athens"))
	if err != nil {
		problems := []error{err}
		for _, l := range slices.Concat(unread, src.Missing) { // Athens may be in one of them
			problems = append(problems, errors.New(quote.Sprintf("%s: %s", l.Key, l.Text)))
		}
		return nil, errors.Join(problems[:min(len(problems), krm.MaxProblems)]...)
	}
	m := newMapping(r, cmp.Or(o.Name, src.Name, r.of.Name), cmp.Or(o.Namespace, r.of.Namespace))
	m.fields()
	m.files()
	m.workload()
	m.entry(o)
	m.elsewhere()
	m.prune()
	out := &Result{}
	var site bytes.Buffer
	node := krm.Encode(m.site)
	spec, err := explain.Spec()
	if err != nil {
		return nil, err
	}
	spec.TrimDurations(tree.Get(node, "spec"))
	if err := krm.WriteStream(&site, node); err != nil {
		return nil, err
	}
	out.Site = site.Bytes()
	list := &krm.ResourceList{Items: []*yaml.Node{node}}
	list.Load()
	out.Problems = list.Results
	for _, l := range slices.Concat(unread, src.Missing, r.unread) {
		l.Key, l.Text = quote.Redact(l.Key), quote.Redact(l.Text)
		out.Lines = append(out.Lines, l)
	}
	out.Lines = append(out.Lines, m.lines...)
	out.Lines = append(out.Lines, m.leaving(node)...)
	out.Lines = append(out.Lines, broken(list.Results)...)
	if made, gone := soundSite(node); made != nil {
		out.Lines = append(out.Lines, m.compare(made, gone, out.Lines)...)
	} else {
		out.Lines = append(out.Lines, Line{Verdict: LeftOut, Key: "comparison", Text: "the site breaks rules, so that it cannot be rendered and compared: correct the errors, and compare what it renders", Matters: true})
	}
	slices.SortStableFunc(out.Lines, func(a, b Line) int {
		return cmp.Or(slices.Index(order, a.Verdict)-slices.Index(order, b.Verdict), byMatter(b)-byMatter(a))
	})
	if o.Plan {
		out.Plan = m.plan(out)
	}
	return out, nil
}

var order = []string{LeftOut, Differs, YoursToDo, Same}

func byMatter(l Line) int {
	if l.Matters {
		return 1
	}
	return 0
}
