package manifests

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/transformers"
)

// Expected is what a spec renders to, with the names that the manifests have for it.
type Expected struct {
	// Nodes are the objects that the manifests have too.
	Nodes []*yaml.Node
	// Missing are those that the manifests do not have.
	Missing []krm.ID
	// Unmatched are those of which it is not known which object of the manifests is theirs.
	Unmatched []krm.ID
}

// Expect finds the objects that a spec renders to among the manifests. Where kustomize
// moved them to another namespace, or put a prefix or a suffix around their names, what
// refers to them is expected as the transformer MeshReferences writes it.
func (s *Site) Expect(spec *v1alpha1.AthensSite) Expected {
	made := krm.Make(spec)
	names := s.match(made)
	if names == nil {
		names = map[krm.ID]krm.ID{}
	}
	nodes, now := make([]*yaml.Node, len(made)), make([]transformers.Place, len(made))
	moved := false
	for i, m := range made {
		is, found := names[m.ID]
		if !found {
			is = m.ID
		}
		nodes[i], now[i] = m.Node(), transformers.Place{Namespace: is.Namespace, Name: is.Name}
		moved = moved || is != m.ID
	}
	sound := !moved || transformers.Moved(nodes, now)
	out := Expected{}
	has, wants := kinds(made, s.Own)
	for i, m := range made {
		switch is, found := names[m.ID]; {
		case found && (sound || is == m.ID):
			out.Nodes = append(out.Nodes, nodes[i])
		case !found && has[kindOf(m.ID)] < wants[kindOf(m.ID)]:
			out.Missing = append(out.Missing, m.ID)
		default:
			out.Unmatched = append(out.Unmatched, m.ID)
		}
	}
	return out
}

func kindOf(id krm.ID) krm.ID { return krm.ID{Group: id.Group, Kind: id.Kind} }

// kinds counts the objects of each kind, those of the manifests and those rendered.
func kinds(made []krm.Made, own []*Object) (has, wants map[krm.ID]int) {
	has, wants = map[krm.ID]int{}, map[krm.ID]int{}
	for _, o := range own {
		has[kindOf(o.ID)]++
	}
	for _, m := range made {
		wants[kindOf(m.ID)]++
	}
	return has, wants
}

// match says how the manifests name the objects that a spec renders to: the same, or in
// other namespaces, with the prefix and the suffix that fit the most objects.
func (s *Site) match(made []krm.Made) map[krm.ID]krm.ID {
	same, open := map[krm.ID]krm.ID{}, []krm.ID{}
	taken := map[krm.ID]bool{}
	for _, m := range made {
		if slices.ContainsFunc(s.Own, func(o *Object) bool { return o.ID == m.ID }) {
			same[m.ID], taken[m.ID] = m.ID, true
		} else {
			open = append(open, m.ID)
		}
	}
	var free []krm.ID
	for _, o := range s.Own {
		if !taken[o.ID] {
			free = append(free, o.ID)
		}
	}
	var best map[krm.ID]krm.ID
	for _, a := range affixes(open, free) {
		if fits := a.pair(open, free); len(fits) > len(best) {
			best = fits
		}
	}
	for was, is := range best {
		same[was] = is
	}
	return same
}

// affix is what stands around names.
type affix struct{ before, after string }

// affixes around the names of some objects that give those of others; none is the first.
func affixes(open, free []krm.ID) []affix {
	out := []affix{{}}
	for _, was := range open {
		for _, is := range free {
			if kindOf(was) != kindOf(is) {
				continue
			}
			if before, after, found := strings.Cut(is.Name, was.Name); found && !slices.Contains(out, affix{before, after}) {
				out = append(out, affix{before, after})
			}
		}
	}
	return out
}

// pair finds the objects with the affix, each for one; one that two fit is for neither.
func (a affix) pair(open, free []krm.ID) map[krm.ID]krm.ID {
	out, spaces := map[krm.ID]krm.ID{}, map[string]string{}
	for _, was := range open {
		var fit []krm.ID
		for _, is := range free {
			if kindOf(was) == kindOf(is) && is.Name == a.before+was.Name+a.after {
				fit = append(fit, is)
			}
		}
		if len(fit) == 1 {
			out[was] = fit[0]
			spaces[was.Namespace] = fit[0].Namespace
		}
	}
	// kustomize names a Namespace as what it moves into it.
	for _, was := range open {
		if is := (krm.ID{Kind: "Namespace", Name: spaces[was.Name]}); was.Kind == "Namespace" && slices.Contains(free, is) {
			out[was] = is
		}
	}
	return out
}
