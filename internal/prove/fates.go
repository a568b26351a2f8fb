package prove

import (
	"cmp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"istio.io/api/networking/v1alpha3"
)

// Fate is a request that two states of a site answer differently.
type Fate struct {
	Witness
	// Plain says that it is sent over plain HTTP.
	Plain    bool
	Old, Now Answer
	// Fields of the route that differ, where nothing else does.
	Fields []string
}

// Fates compares all answers of a state with those of an older one, to the callers of
// either that asks says both have, in so many questions at most. For each caller it has the shortest request of each change from
// one outcome to another; in unknown are the reasons why others cannot be compared.
func (w *World) Fates(old *World, questions int, asks func(*Request) bool) (out []Fate, unknown []string, err error) {
	p := newProver()
	p.limit = questions
	var askers []asker
	for _, by := range append(w.askers(), old.askers()...) {
		if !slices.Contains(askers, by) && asks(&Request{As: by.as, To: by.to, Port: by.port}) {
			askers = append(askers, by)
		}
	}
	s, regions, err := p.regions(w, old, askers)
	if err != nil {
		return nil, nil, err
	}
	type change struct{ as, old, now, fields string }
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
		}
		fate := Fate{Plain: outside(r.as) && r.port == PlainPort, Old: *before, Now: r.answer}
		if !before.changes(&r.answer) {
			if fate.Fields = changedFields(r.promised.route, r.route); len(fate.Fields) == 0 {
				continue
			}
		}
		fate.Witness = *s.witness(r, r.box)
		k := change{r.as, said(before), said(&r.answer), strings.Join(fate.Fields, " ")}
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

// changes says whether another program answers, or with another status, or one that is
// reached after other times and tries.
func (a *Answer) changes(b *Answer) bool {
	return a.differs(b) || a.Status == 200 && (a.Timeout != b.Timeout || a.Tries != b.Tries || a.PerTry != b.PerTry || a.RetryOn != b.RetryOn)
}

// changedFields of the routes that two requests took: a redirect's address, a body, headers,
// what browsers are told, copies and faults. What decides which route it is, and times, are
// compared by the answers.
func changedFields(old, now *v1alpha3.HTTPRoute) (out []string) {
	a, b := old.ProtoReflect(), now.ProtoReflect()
	fields := a.Descriptor().Fields()
	for i := range fields.Len() {
		switch f := fields.Get(i); f.Name() {
		case "name", "match", "route", "timeout":
		default:
			if a.Has(f) != b.Has(f) || !a.Get(f).Equal(b.Get(f)) {
				out = append(out, f.JSONName())
			}
		}
	}
	headers := func(r *v1alpha3.HTTPRoute) (out []*v1alpha3.Headers) {
		for _, d := range r.GetRoute() {
			out = append(out, d.GetHeaders())
		}
		return out
	}
	if !slices.EqualFunc(headers(old), headers(now), func(a, b *v1alpha3.Headers) bool { return proto.Equal(a, b) }) {
		out = append(out, "route.headers")
	}
	return out
}
