package prove

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// Report is what all requests that a model tells apart come to.
type Report struct {
	Site     string    `json:"site"`
	Promises []Promise `json:"promises"`
	// Classes of requests that reach a program.
	Classes []Class `json:"classes"`
	// Kinds are the combinations of a caller and of the Atoms of each attribute. They
	// are answered in so many Questions.
	Kinds     int            `json:"kinds"`
	Questions int            `json:"questions"`
	Atoms     map[string]int `json:"atoms"`
}

// Class is requests of one kind from some callers that reach some programs.
type Class struct {
	As       []string `json:"as"`
	Programs []string `json:"programs"`
	Kind     string   `json:"kind"`
	// Shortest path, and a usual one where there is one.
	Shortest string `json:"shortest"`
	Typical  string `json:"typical,omitempty"`
	// Kinds is how many combinations of atoms it has.
	Kinds int `json:"kinds"`
}

// All answers every request that there is, in as many questions as the site's
// routes and policies tell requests apart. The answers of objects that others made
// or changed are also held against those that the site renders.
func (w *World) All(changed bool) Report { return w.all(newProver(), changed) }

func (w *World) all(p *prover, changed bool) Report {
	out := Report{Site: w.site.Namespace + "/" + w.site.Name, Atoms: map[string]int{}}
	var promises []promised
	var rendered *World
	if changed {
		rendered = New(w.site)
		others := strings.Join(w.admitsOthers(rendered), "; ")
		promises = append(w.promises(others), w.asRendered(others))
	} else {
		promises = w.promises("")
	}
	s, regions, err := p.regions(w, rendered, w.askers())
	if err != nil {
		for _, p := range promises {
			out.Promises = append(out.Promises, Promise{Name: p.name, Text: p.text, Verdict: Undecided, Unknown: []string{err.Error()}})
		}
		return out
	}
	for _, name := range s.names {
		out.Atoms[name] = len(s.axes[name].atoms)
	}
	for _, r := range regions {
		out.Kinds = min(most, out.Kinds+r.size())
	}
	out.Questions = len(regions)
	for _, p := range promises {
		out.Promises = append(out.Promises, s.judge(p, regions))
	}
	out.Classes = s.classes(regions)
	return out
}

// Verdict on all promises: one that is broken counts before one that is unknown.
func (r *Report) Verdict() Verdict {
	out := Proven
	for _, p := range r.Promises {
		switch {
		case p.Verdict == BrokenBy:
			return BrokenBy
		case p.Verdict == Undecided:
			out = Undecided
		}
	}
	return out
}

// askers of a site: each caller at each of its Services, or at both ports of the
// gateway.
func (w *World) askers() (out []asker) {
	tos := []asker{{to: generators.Athens}}
	if generators.HasList(w.site) {
		tos = append(tos, asker{to: generators.List})
	}
	for _, s := range w.services {
		if s.Labels[generators.SiteLabel] != w.owner || w.beforeGateway(s) {
			continue
		}
		to := w.To(s)
		if to != generators.Athens && to != generators.List || w.host(to) != w.hostOf(s) {
			to = w.hostOf(s)
		}
		for _, p := range s.Spec.Ports {
			if one := (asker{to: to, port: uint32(p.Port)}); p.Port != generators.ServicePort {
				tos = append(tos, one)
			} else if one.port = 0; !slices.Contains(tos, one) {
				tos = append(tos, one)
			}
		}
	}
	for _, as := range w.Callers() {
		if w.isAnother(as) {
			continue
		}
		if outside(as) {
			out = append(out, asker{as: as}, asker{as: as, port: PlainPort})
			continue
		}
		for _, to := range tos {
			out = append(out, asker{as, to.to, to.port})
		}
	}
	return out
}

// isAnother says of a caller that this site cannot tell it from another one, or
// does not have it.
func (w *World) isAnother(as string) bool {
	s := &w.site.Spec
	switch as {
	case Unlisted:
		return len(s.Gateway.Clients) == 0 // is client
	case Internet:
		return s.Edge.FrontDoor == nil // is unlisted
	case Region:
		return len(s.Gateway.CatalogClients) == 0 // is internet
	case generators.Lathens:
		return !generators.HasList(w.site)
	case generators.Crathens:
		return !*s.Crathens.Enabled
	}
	return false
}
