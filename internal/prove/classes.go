package prove

import (
	"cmp"
	"slices"
)

// reach is requests of one kind from one caller that reach one program.
type reach struct {
	as, program string
	kind        int
}

// classes of the regions that reach a program: those of several callers and
// programs that are alike are one.
func (s *space) classes(regions []region) (out []Class) {
	path := s.axes[ofPath]
	var typical []int
	for _, u := range usual {
		typical = append(typical, path.atom(u))
	}
	names, sets := s.classNames()
	paths, asked := map[reach]members{}, map[reach]int{}
	var order []reach
	for i := range regions {
		r := &regions[i]
		for n := range names {
			part := slices.Clone(r.box)
			if part[0] = part[0].and(sets[n], false); !part[0].any() {
				continue
			}
			for _, program := range r.reached {
				k := reach{r.as, program, n}
				if paths[k] == nil {
					order, paths[k] = append(order, k), path.none()
				}
				paths[k] = paths[k].or(part[0])
				asked[k] = min(most, asked[k]+part.size())
			}
		}
	}
	slices.SortStableFunc(order, func(a, b reach) int { return cmp.Compare(a.kind, b.kind) })
	for _, k := range order {
		first, _ := paths[k].first()
		c := Class{As: []string{k.as}, Programs: []string{k.program}, Kind: names[k.kind], Shortest: path.atoms[first].Shortest, Kinds: asked[k]}
		for i, a := range typical {
			if c.Typical == "" && a >= 0 && paths[k].has(a) {
				c.Typical = usual[i]
			}
		}
		out = append(out, c)
	}
	out = merged(out, func(a, b *Class) bool { return slices.Equal(a.As, b.As) }, func(a, b *Class) { a.Programs = append(a.Programs, b.Programs...) })
	for i := range out {
		slices.Sort(out[i].Programs)
	}
	return merged(out, func(a, b *Class) bool { return slices.Equal(a.Programs, b.Programs) }, func(a, b *Class) { a.As = append(a.As, b.As...) })
}

// merged are classes with those in one that are of one kind and have the same
// examples.
func merged(of []Class, alike func(a, b *Class) bool, add func(a, b *Class)) (out []Class) {
	for _, c := range of {
		i := slices.IndexFunc(out, func(o Class) bool {
			return o.Kind == c.Kind && o.Shortest == c.Shortest && o.Typical == c.Typical && alike(&o, &c)
		})
		if i < 0 {
			out = append(out, c)
			continue
		}
		add(&out[i], &c)
		out[i].Kinds = min(most, out[i].Kinds+c.Kinds)
	}
	return out
}
