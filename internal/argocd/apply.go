package argocd

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
)

// apply writes the settings into sites. Where a region is chosen they go into
// its overrides, which would win over the spec otherwise.
func (s settings) apply(sites []*yaml.Node) error {
	for i, p := range parameters {
		if s[i] == nil {
			continue
		}
		if p.single && len(sites) > 1 {
			return fmt.Errorf("parameter %s: this directory has %d sites, which cannot share one value", p.name, len(sites))
		}
		for _, site := range sites {
			spec := child(site, "spec")
			if spec == nil && krm.Has(site, "spec") {
				return fmt.Errorf("parameter %s: spec comes from a merge key (<<), which a parameter cannot reach into: write it out in the site", p.name)
			}
			if spec == nil || spec.Kind != yaml.MappingNode {
				continue // loading the site will say so
			}
			into := spec
			if region := chosen(spec); region != nil && p.name != "region" {
				into = region
			}
			if err := setField(into, p.path(), s[i]); err != nil {
				return fmt.Errorf("parameter %s: %w", p.name, err)
			}
		}
	}
	return nil
}

// chosen is the entry of spec.regions that spec.region names, if there is one.
func chosen(spec *yaml.Node) *yaml.Node {
	name, regions := child(spec, "region"), child(spec, "regions")
	if name == nil || regions == nil {
		return nil
	}
	for i, region := range regions.Content {
		region = own(&regions.Content[i], region)
		if n := child(region, "name"); n != nil && n.Value == name.Value {
			return region
		}
	}
	return nil
}

// setField sets the field under a path, and makes the maps on the way that are
// not there. A map that is a scalar or a list is left as it is: loading the
// site will say so.
func setField(m *yaml.Node, path []string, v *yaml.Node) error {
	for _, key := range path[:len(path)-1] {
		next := child(m, key)
		switch {
		case next == nil && child(m, "<<") != nil:
			return fmt.Errorf("%s may come from a merge key (<<), which a parameter cannot reach into: write it out in the site", key)
		case next == nil || next.Tag == "!!null":
			next = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
			put(m, key, next)
		case next.Kind != yaml.MappingNode:
			return nil
		}
		m = next
	}
	put(m, path[len(path)-1], v)
	return nil
}

// child is the value of a key, made this map's own if it is an alias.
func child(m *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(m.Content) && m.Kind == yaml.MappingNode; i += 2 {
		if m.Content[i].Value == key {
			return own(&m.Content[i+1], m.Content[i+1])
		}
	}
	return nil
}

// own puts a copy in place of an alias, so that a change to it is none to what
// it stands for.
func own(at **yaml.Node, n *yaml.Node) *yaml.Node {
	if n.Kind != yaml.AliasNode {
		return n
	}
	*at = clone(n.Alias)
	return *at
}

// clone copies a node with all below it; aliases stay aliases.
func clone(n *yaml.Node) *yaml.Node {
	out := *n
	out.Anchor = ""
	out.Content = nil
	for _, c := range n.Content {
		out.Content = append(out.Content, clone(c))
	}
	return &out
}

func put(m *yaml.Node, key string, v *yaml.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content[i+1] = v
			return
		}
	}
	m.Content = append(m.Content, word(key), v)
}
