package prove

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// prover keeps what several sites and states of a site share: compiled
// expressions, and looks that were found.
type prover struct {
	compiled languages
	looks    map[look]bool
	spaces   map[string]*space
}

func newProver() *prover {
	return &prover{languages{}, map[look]bool{}, map[string]*space{}}
}

// maxRounds of looks that only the answers to others' atoms show. Each route and
// policy may be behind another.
const maxRounds = 50

// maxQuestions of all rounds of a site: those of this program have some thousands.
const maxQuestions = 100_000

var errTooDeep = errors.New("routes and policies tell more requests apart than can be asked")

// regions of a site, and of what it renders to if that is asked for: it explores
// until no look is new, and then splits by the kinds as well.
func (p *prover) regions(w, rendered *World) (*space, []region, error) {
	kinds, err := w.kinds()
	if err != nil {
		return nil, nil, err
	}
	questions := 0
	for range maxRounds {
		known := slices.SortedFunc(maps.Keys(p.looks), func(a, b look) int {
			return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.how, b.how), cmp.Compare(a.pattern, b.pattern), rank(a.fold)-rank(b.fold))
		})
		coarse, err := p.space(known, nil)
		if err != nil {
			return nil, nil, err
		}
		missing := map[look]bool{}
		var out []region
		for _, by := range w.askers() {
			found, err := explore(coarse, by, w, rendered, missing)
			if err != nil {
				return nil, nil, err
			}
			if questions += len(found); questions > maxQuestions {
				return nil, nil, errTooDeep
			}
			out = append(out, found...)
		}
		if len(missing) > 0 {
			maps.Copy(p.looks, missing)
			continue
		}
		fine, err := p.space(known, kinds)
		if err != nil {
			return nil, nil, err
		}
		fine.host = w.site.Spec.Host
		refined := fine.refines(coarse)
		for i := range out {
			out[i].box = refined(out[i].box)
		}
		return fine, out, nil
	}
	return nil, nil, errTooDeep
}

func (p *prover) space(looks []look, kinds []kind) (*space, error) {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.axis + k.expression
	}
	key := fmt.Sprintf("%#v %q", looks, names)
	if s := p.spaces[key]; s != nil {
		return s, nil
	}
	s, err := spaceOf(looks, kinds, p.compiled)
	if err == nil {
		p.spaces[key] = s
	}
	return s, err
}
