package diff

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

type finding struct {
	group string
	Change
}

func note(group, text string) finding { return finding{group, Change{Text: text}} }
func warn(group, text string) finding { return finding{group, Change{Text: text, Warning: true}} }

// finder compares two states in the words of one subject.
type finder func(old, now []Object) []finding

// lines notes what comes and what goes of statements about a site.
func lines(group string, about func([]Object) []string) finder {
	return func(old, now []Object) (out []finding) {
		a, b := about(old), about(now)
		for _, s := range without(a, b) {
			out = append(out, note(group, "- "+s))
		}
		for _, s := range without(b, a) {
			out = append(out, note(group, "+ "+s))
		}
		return out
	}
}

// report notes what a finder finds. A field of those kinds counts as reported
// only if a printed line depends on it: with the field put back, that line
// would not be there.
func (c *comparison) report(find finder, kinds ...string) {
	found := find(c.old, c.now)
	for _, f := range found {
		c.add(f.group, f.Change)
	}
	if len(found) == 0 {
		return
	}
	for i := range c.pairs {
		p := &c.pairs[i]
		if !slices.Contains(kinds, p.id.Kind) {
			continue
		}
		for j := range p.leaves {
			l := &p.leaves[j]
			l.used = l.used || lost(found, find(c.old, c.with(p, undone(p.now.tree, l))))
		}
	}
}

// with is the new state with another manifest of one object.
func (c *comparison) with(p *pair, manifest *yaml.Node) []Object {
	now := slices.Clone(c.now)
	now[p.at] = p.now.of(manifest)
	return now
}

// lost says whether a finding is not among others.
func lost(found, others []finding) bool {
	there := make(map[finding]bool, len(others))
	for _, f := range others {
		there[f] = true
	}
	return slices.ContainsFunc(found, func(f finding) bool { return !there[f] })
}
