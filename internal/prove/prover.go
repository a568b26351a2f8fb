package prove

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/gomods/athens-kfn/internal/atoms"
)

// prover keeps what several sites and states of a site share: compiled
// expressions, and looks that were found.
type prover struct {
	compiled languages
	looks    []look
	numbers  map[look]int
	spaces   map[string]*space
	// limit of questions about one site, in all rounds.
	limit int
}

func newProver() *prover {
	return &prover{languages{}, nil, map[look]int{}, map[string]*space{}, maxQuestions}
}

// number of a look, which is found if it is new.
func (p *prover) number(l look) int {
	n, known := p.numbers[l]
	if !known {
		n = len(p.looks)
		p.looks, p.numbers[l] = append(p.looks, l), n
	}
	return n
}

// maxRounds of looks that only the answers to others' atoms show. Each route and
// policy may be behind another.
const maxRounds = 50

// maxQuestions of all rounds of a site: those of this program have some thousands.
const maxQuestions = 100_000

var errTooDeep = errors.New("routes and policies tell more requests apart than can be asked")

// regions of a site, and of what it renders to if that is asked for: it explores
// until no look is new, each round only the requests whose answer a new look may tell
// apart, and then splits by the kinds as well.
func (p *prover) regions(w, rendered *World, askers []asker) (*space, []region, error) {
	kinds, err := w.kinds(p.compiled)
	if err != nil {
		return nil, nil, err
	}
	found, open := make([][]region, len(askers)), make([][][]fact, len(askers))
	for i := range open {
		open[i] = [][]fact{nil}
	}
	questions := 0
	for range maxRounds {
		coarse, err := p.space(nil)
		if err != nil {
			return nil, nil, err
		}
		left := 0
		for i, by := range askers {
			answered, rest, err := p.explore(coarse, by, w, rendered, open[i])
			if err != nil {
				return nil, nil, err
			}
			if questions += len(answered) + len(rest); questions > p.limit {
				return nil, nil, errTooDeep
			}
			found[i], open[i] = append(found[i], answered...), rest
			left += len(rest)
		}
		if left > 0 {
			continue
		}
		fine, err := p.space(kinds)
		if err != nil {
			return nil, nil, err
		}
		fine.host = w.site.Spec.Host
		out := slices.Concat(found...)
		for i := range out {
			out[i].box = fine.boxOf(out[i].facts)
		}
		return fine, out, nil
	}
	return nil, nil, errTooDeep
}

// space of the looks that were found, and of kinds.
func (p *prover) space(kinds []kind) (*space, error) {
	looks := slices.SortedFunc(slices.Values(p.looks), func(a, b look) int {
		return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.how, b.how), cmp.Compare(a.pattern, b.pattern), atoms.Bit(a.fold)-atoms.Bit(b.fold))
	})
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.axis + k.expression
	}
	key := fmt.Sprintf("%d %q", len(looks), names) // looks are only added
	if s := p.spaces[key]; s != nil {
		return s, nil
	}
	s, err := spaceOf(looks, kinds, p.compiled)
	if err == nil {
		s.where = make([]place, len(p.looks))
		for n, l := range p.looks {
			i := slices.Index(s.names, onAxis(l))
			s.where[n] = place{i, s.axes[s.names[i]].where[l]}
		}
		p.spaces[key] = s
	}
	return s, err
}
