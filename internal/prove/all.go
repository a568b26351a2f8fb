package prove

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// Report is what all requests that a model tells apart come to.
type Report struct {
	Site     string    `json:"site"`
	Promises []Promise `json:"promises"`
	// Classes of requests that reach a program.
	Classes []Class `json:"classes"`
	// Asked are the combinations of atoms that have an answer, in so many Regions;
	// Atoms are those of each attribute.
	Asked   int            `json:"asked"`
	Regions int            `json:"regions"`
	Atoms   map[string]int `json:"atoms"`
}

// Class is requests of one kind from one caller that reach one program.
type Class struct {
	As      string `json:"as"`
	Program string `json:"program"`
	Kind    string `json:"kind"`
	// Shortest path, and a usual one where there is one.
	Shortest string `json:"shortest"`
	Typical  string `json:"typical,omitempty"`
	// Count is how many combinations of atoms it has.
	Count int `json:"count"`
}

var errTooDeep = errors.New("every answer shows another rule that looks at requests")

// maxRounds of looks that only the answers to others' atoms show. Each route and
// policy may be behind another.
const maxRounds = 50

// All answers every request that there is, in as many questions as the site's
// routes and policies tell requests apart.
func (w *World) All() Report {
	out := Report{Site: w.site.Namespace + "/" + w.site.Name, Atoms: map[string]int{}}
	s, regions, err := w.allRegions()
	if err != nil {
		for _, p := range w.promises() {
			out.Promises = append(out.Promises, Promise{Name: p.name, Text: p.text, Verdict: Undecided, Unknown: []string{err.Error()}})
		}
		return out
	}
	for _, name := range s.names {
		out.Atoms[name] = len(s.axes[name].atoms)
	}
	for _, r := range regions {
		out.Asked += r.size()
	}
	out.Regions = len(regions)
	for _, p := range w.promises() {
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
		gateway := s.Namespace == w.site.Spec.Gateway.Workload().Namespace && maps.Equal(s.Spec.Selector, w.site.Spec.Gateway.Workload().Labels)
		if s.Labels[generators.SiteLabel] != w.owner || gateway {
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

// allRegions explores until no look is new, and then splits by the kinds as well.
func (w *World) allRegions() (*space, []region, error) {
	looks, compiled := map[look]bool{}, languages{}
	kinds, err := w.kinds()
	if err != nil {
		return nil, nil, err
	}
	for range maxRounds {
		known := slices.SortedFunc(maps.Keys(looks), func(a, b look) int {
			return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.how, b.how), cmp.Compare(a.pattern, b.pattern), rank(a.fold)-rank(b.fold))
		})
		coarse, err := spaceOf(known, nil, compiled)
		if err != nil {
			return nil, nil, err
		}
		missing := map[look]bool{}
		var out []region
		for _, by := range w.askers() {
			out = append(out, w.explore(coarse, by, missing)...)
		}
		if len(missing) > 0 {
			maps.Copy(looks, missing)
			continue
		}
		fine, err := spaceOf(known, kinds, compiled)
		if err != nil {
			return nil, nil, err
		}
		refined := fine.refines(coarse)
		for i := range out {
			out[i].box = refined(out[i].box)
		}
		return fine, out, nil
	}
	return nil, nil, errTooDeep
}

// classes of the regions that reach a program.
func (s *space) classes(regions []region) (out []Class) {
	type key struct{ as, program, kind string }
	index := map[key]int{}
	path := s.axes[ofPath]
	var typical []int
	for _, u := range usual {
		typical = append(typical, path.atom(u))
	}
	for i := range regions {
		r := &regions[i]
		for _, program := range r.reached {
			names, sets := s.classesOf(r.box[0])
			for n, name := range names {
				part := slices.Clone(r.box)
				part[0] = sets[n]
				k := key{r.as, program, name}
				at, known := index[k]
				if !known {
					at = len(out)
					index[k], out = at, append(out, Class{As: k.as, Program: k.program, Kind: k.kind})
				}
				c := &out[at]
				c.Count += part.size()
				first, _ := sets[n].first()
				if shortest := path.atoms[first].Shortest; !known || len(shortest) < len(c.Shortest) {
					c.Shortest = shortest
				}
				for i, u := range usual {
					if a := typical[i]; c.Typical == "" && a >= 0 && sets[n].has(a) {
						c.Typical = u
					}
				}
			}
		}
	}
	return out
}
