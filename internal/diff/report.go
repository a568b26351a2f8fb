package diff

import "slices"

// finder compares two states in the words of one subject.
type finder func(old, now []Object) []Change

// lines notes what comes and what goes of statements about a site.
func lines(comes, goes string, about func([]Object) []string) finder {
	return func(old, now []Object) (out []Change) {
		a, b := about(old), about(now)
		for _, s := range without(a, b) {
			out = append(out, change(goes, "- "+s))
		}
		for _, s := range without(b, a) {
			out = append(out, change(comes, "+ "+s))
		}
		return out
	}
}

// leavesAsked is of how many fields report asks whether a line depends on them: each asks
// about all objects again. Further fields are printed as well as the line.
const leavesAsked = 500

// report notes what a finder finds. A field of those kinds counts as reported
// only if a printed line depends on it: with the field put back, that line
// would not be there.
func (c *comparison) report(find finder, kinds ...string) {
	found := find(c.old, c.now)
	for _, f := range found {
		c.add(f)
	}
	if len(found) == 0 {
		return
	}
	asked := 0
	for i := range c.pairs {
		p := &c.pairs[i]
		if !slices.Contains(kinds, p.id.Kind) {
			continue
		}
		for j := range p.leaves {
			l := &p.leaves[j]
			if asked++; asked > leavesAsked {
				return
			}
			l.used = l.used || lost(found, find(c.old, c.with(p, l)))
		}
	}
}

// with is the new state with one field of an object put back.
func (c *comparison) with(p *pair, l *leaf) []Object {
	now := slices.Clone(c.now)
	now[p.at] = p.now.of(undone(p.now.tree, l), nil)
	return now
}

// lost says whether a change is not among others.
func lost(found, others []Change) bool {
	there := make(map[Change]bool, len(others))
	for _, f := range others {
		there[f] = true
	}
	return slices.ContainsFunc(found, func(f Change) bool { return !there[f] })
}
