package prove

import (
	"cmp"
	"slices"
)

// Fate is a request that two states of a site answer differently.
type Fate struct {
	Witness
	// Plain says that it is sent over plain HTTP.
	Plain    bool
	Old, Now Answer
}

// Fates compares all answers of a state with those of an older one, in so many
// questions at most. For each caller it has the shortest request of each change from
// one outcome to another; in unknown are the reasons why others cannot be compared.
func (w *World) Fates(old *World, questions int) (out []Fate, unknown []string, err error) {
	p := newProver()
	p.limit = questions
	s, regions, err := p.regions(w, old)
	if err != nil {
		return nil, nil, err
	}
	type change struct{ as, old, now string }
	shortest := map[change]int{}
	for i := range regions {
		r := &regions[i]
		before := &r.promised.Answer
		why := slices.Concat(before.Unknown, r.answer.Unknown)
		switch {
		case len(why) > 0:
			unknown = append(unknown, why...)
			continue
		case r.twice != r.promised.twice:
			unknown = append(unknown, "the pod may judge another path than the gateway did")
			continue
		case !before.differs(&r.answer):
			continue
		}
		fate := Fate{*s.witness(r, r.box), outside(r.as) && r.port == PlainPort, *before, r.answer}
		k := change{r.as, said(before), said(&r.answer)}
		at, known := shortest[k]
		switch {
		case !known:
			shortest[k], out = len(out), append(out, fate)
		case fate.cost(s.host) < out[at].cost(s.host):
			out[at] = fate
		}
	}
	slices.SortStableFunc(out, func(a, b Fate) int { return cmp.Compare(a.cost(s.host), b.cost(s.host)) })
	return out, distinct(unknown), nil
}
