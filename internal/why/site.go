package why

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/explain"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Site is a site whose values can be asked for.
type Site struct {
	file string
	spec *explain.Field
	// raw is the site as it was written, with a region's overrides merged in;
	// full has all defaults.
	raw, full *yaml.Node
	written   strict.Written
	// origins are where the values of full come from; nil until they are asked
	// for.
	origins []Origin
}

// Origin says where a value of the spec comes from.
type Origin struct {
	Path  tree.Path
	Value string
	// Line is where it was written, as site.yaml:12; empty for a default.
	Line string
	// Region is the region whose override it is, empty if it is none.
	Region string
	// From are the fields that a default follows.
	From []tree.Path
}

// Of reads a site that is sound. The file is what its lines are named after.
func Of(file string, doc *yaml.Node) (*Site, error) {
	spec, err := explain.Spec()
	if err != nil {
		return nil, err
	}
	s := &Site{file: file, spec: spec, written: strict.WhereWritten(doc, &v1alpha1.AthensSite{})}
	site, _ := strict.Decode[v1alpha1.AthensSite](doc) // error dropped: the site is sound, and so is what it encodes to
	region := site.Spec.Region
	with := tree.Clone(krm.Encode(site))
	site.Spec.Region, site.Spec.Regions = "", nil
	// The overrides are merged in. What is said of a region is said of it alone,
	// so that it can be read back as a site, unless its objects know of others.
	s.raw = tree.Clone(krm.Encode(site))
	if !same(s.render(s.raw), s.render(with)) {
		written, _ := s.written.At("spec", "regions")
		tree.Set(s.raw, tree.Path{"spec", "regions"}, plain(written))
		if region != "" {
			tree.Set(s.raw, tree.Path{"spec", "region"}, tree.String(region))
		}
	}
	full, filled := s.fill(s.raw)
	s.full = full
	s.prune(filled.Unused())
	return s, nil
}

// decode reads a site into which the overrides of its region are merged.
func decode(doc *yaml.Node) *v1alpha1.AthensSite {
	region := tree.Get(doc, "spec", "region")
	if region != nil {
		doc = tree.Clone(doc)
		tree.Set(doc, tree.Path{"spec", "region"}, nil)
	}
	site, _ := strict.Decode[v1alpha1.AthensSite](doc) // error dropped: the site is sound, and so is what it encodes to
	if region != nil {
		site.Spec.Region = region.Value
	}
	return site
}

// same says whether two sites have the same objects.
func same(x, y []*yaml.Node) bool { return slices.EqualFunc(x, y, tree.Equal) }

// plain copies what was written, without its aliases, comments and style.
func plain(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	out := &yaml.Node{Kind: n.Kind, Tag: n.ShortTag(), Value: n.Value}
	for _, c := range n.Content {
		out.Content = append(out.Content, plain(c))
	}
	return out
}

// fill is a site with its defaults, as a document and as it is.
func (s *Site) fill(raw *yaml.Node) (*yaml.Node, *v1alpha1.AthensSite) {
	site := decode(raw)
	site.Default()
	full := tree.Clone(krm.Encode(site))
	if regions := tree.Get(raw, "spec", "regions"); regions != nil {
		tree.Set(full, tree.Path{"spec", "regions"}, tree.Clone(regions))
	}
	tidy(tree.Get(full, "spec"), s.spec)
	s.spec.TrimDurations(tree.Get(full, "spec"))
	return full, site
}

// prune removes what means nothing in the site, and the objects that defaults
// alone had filled.
func (s *Site) prune(all []problem.Unused) {
	full := s.full
	for _, u := range all {
		p := tree.Parse(u.Path)
		if !krm.DropUnused(full, u) || len(u.Except) > 0 {
			continue
		}
		for ; len(p) > 2; tree.Set(full, p, nil) {
			p = p[:len(p)-1]
			if parent := tree.At(full, p); len(parent.Content) > 0 || tree.At(s.raw, p) != nil {
				break
			}
		}
	}
}

// tidy writes false down where it is a default that has no other form.
func tidy(n *yaml.Node, f *explain.Field) {
	var content []*yaml.Node
	for _, c := range f.Fields {
		inner := tree.Next(n, c.Name)
		switch {
		case inner == nil && c.Literal == false:
			inner = tree.Scalar("!!bool", "false")
		case inner == nil:
			continue
		case inner.Kind == yaml.MappingNode && len(c.Fields) > 0:
			tidy(inner, c)
		}
		content = append(content, tree.String(c.Name), inner)
	}
	n.Content = content
}

// Origins are where the values of the spec with all defaults come from, in the
// order of the Go types.
func (s *Site) Origins() []Origin {
	if s.origins != nil {
		return s.origins
	}
	all := leaves(s.full, nil)
	index := map[string]int{}
	for i, l := range all {
		o := Origin{Path: l.path, Value: l.node.Value}
		if node, region := s.written.At(l.path...); node != nil {
			o.Line, o.Region = s.line(node), region
		} else {
			index[l.path.String()] = i
		}
		s.origins = append(s.origins, o)
	}
	for path, causes := range s.followed(all, index) {
		s.origins[index[path]].From = causes
	}
	return s.origins
}

func (s *Site) line(n *yaml.Node) string {
	if n.Line == 0 {
		return "--region"
	}
	return fmt.Sprintf("%s:%d", s.file, n.Line)
}

// followed finds the fields that defaults follow. A default follows a number if
// it moves with its next one up and its next one down, so that a bound which
// does not bind is no cause; it follows anything else if one of its other
// values moves it.
func (s *Site) followed(all []leaf, defaults map[string]int) map[string][]tree.Path {
	type trial struct {
		field tree.Path
		steps int
		moves map[string]int
	}
	var trials []*trial
	byName := map[string]*trial{}
	for _, c := range changes(s.full, s.spec) {
		t := byName[c.field.String()]
		if t == nil {
			t = &trial{field: c.field, moves: map[string]int{}}
			byName[c.field.String()], trials = t, append(trials, t)
		}
		switch {
		case c.step:
			t.steps++
		case t.steps > 0:
			continue // a number's farther values say no more
		}
		moved, site := s.fill(c.apply(s.raw))
		unused := site.Unused()
		for _, l := range all {
			name := l.path.String()
			if _, ok := defaults[name]; ok && !l.path.Below(c.field) && !together(l.path, c.field) && !tree.Equal(tree.At(moved, l.path), l.node) {
				if !slices.ContainsFunc(unused, func(u problem.Unused) bool { return off(l.path, u) }) {
					t.moves[name]++ // nothing follows from a switch that turns it off
				}
			}
		}
	}
	out, pruned := map[string][]tree.Path{}, map[string][]tree.Path{}
	for name := range defaults {
		for _, t := range trials {
			if t.moves[name] >= max(1, t.steps) {
				out[name] = append(out[name], t.field)
			}
		}
		// A default with a lower and an upper bound may move with one step only:
		// that number is a cause where what it is inside of is one.
		for _, t := range trials {
			if t.moves[name] > 0 && t.moves[name] < max(1, t.steps) && slices.ContainsFunc(out[name], func(f tree.Path) bool { return len(f) < len(t.field) && t.field.Below(f) }) {
				out[name] = append(out[name], t.field)
			}
		}
		out[name] = narrowest(out[name])
	}
	// Of defaults that belong together, none comes from another.
	for name := range defaults {
		pruned[name] = slices.DeleteFunc(slices.Clone(out[name]), func(f tree.Path) bool {
			return slices.ContainsFunc(out[f.String()], func(back tree.Path) bool { return back.String() == name })
		})
	}
	return pruned
}

// off says whether a field means nothing.
func off(p tree.Path, u problem.Unused) bool {
	above := tree.Parse(u.Path)
	return p.Below(above) && !(len(p) > len(above) && slices.Contains(u.Except, p[len(above)]))
}

// together says whether two paths are of the resources of one container: the
// first amount that is written makes them the user's own, so that it follows
// from none that the others are left out.
func together(a, b tree.Path) bool {
	i := slices.Index(a, "resources")
	return i >= 0 && b.Below(a[:i+1])
}

// narrowest drops a field where one inside it is named.
func narrowest(fields []tree.Path) []tree.Path {
	return slices.DeleteFunc(slices.Clone(fields), func(f tree.Path) bool {
		return slices.ContainsFunc(fields, func(other tree.Path) bool { return len(other) > len(f) && other.Below(f) })
	})
}
