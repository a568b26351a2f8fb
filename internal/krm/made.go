package krm

import (
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// Made is an object that this run made. It is encoded when it is asked for: the
// nodes of a site's objects take ten times the memory of their text, and a
// plugin that renders a thousand sites has a bound.
type Made struct {
	ID ID
	// Owner is the site that it was made for, as its label says.
	Owner string
	// Region is the one that the site has chosen; empty if there is none.
	Region string

	of    *objects
	index int
}

// objects of a site, as long as they are needed: the same site always gives
// the same objects.
type objects struct {
	site *v1alpha1.AthensSite
	made []generators.Object
}

// Make makes the objects of a site.
func Make(s *v1alpha1.AthensSite) []Made {
	of := &objects{site: s, made: site.Objects(s)}
	out := make([]Made, len(of.made))
	owner := generators.Owner(s)
	for i, o := range of.made {
		out[i] = Made{ID: idOf(o), Owner: owner, Region: s.Spec.Region, of: of, index: i}
	}
	return out
}

// MakeAll makes the objects of several sites. Those of the first few are kept
// until they are printed; of the others only their names are, and they are made
// again then.
func MakeAll(sites []*v1alpha1.AthensSite) (out []Made) {
	const few = 16
	for i, s := range sites {
		made := Make(s)
		if i >= few && len(made) > 0 {
			made[0].of.made = nil
		}
		out = append(out, made...)
	}
	return out
}

// Node is the object as YAML, made for the caller. With the last object of a
// site the others are let go.
func (m Made) Node() *yaml.Node {
	if m.of.made == nil {
		m.of.made = site.Objects(m.of.site)
	}
	n := Encode(m.of.made[m.index])
	if m.index == len(m.of.made)-1 {
		m.of.made = nil
	}
	return n
}

func idOf(o generators.Object) ID {
	apiVersion, kind := o.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
	return ID{groupOf(apiVersion), kind, o.GetNamespace(), o.GetName()}
}
