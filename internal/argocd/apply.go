package argocd

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/internal/tree"
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
			if err := alone(site); err != nil {
				return fmt.Errorf("parameter %s: %w", p.name, err)
			}
			spec := tree.Get(site, "spec")
			if spec == nil || spec.Kind != yaml.MappingNode {
				continue // loading the site will say so
			}
			into := spec
			if region := chosen(spec); region != nil && p.name != "region" {
				into = region
			}
			setField(into, p.path(), s[i])
		}
	}
	return nil
}

// alone writes out what a site has of aliases and merge keys, so that a
// parameter reaches nothing but its field.
func alone(site *yaml.Node) error {
	if !tree.Shares(site) {
		return nil
	}
	copies := tree.Expander{Left: source.Sites.Parts}
	out := copies.Copy(site)
	if out == nil {
		return fmt.Errorf("line %d: the aliases of this site mean more than %d nodes, or nest deeper than %d: write them out", site.Line, source.Sites.Parts, tree.MaxDepth)
	}
	tree.Merge(out)
	*site = *out
	return nil
}

// chosen is the entry of spec.regions that spec.region names, if there is one.
func chosen(spec *yaml.Node) *yaml.Node {
	name := tree.Text(spec, "region")
	for _, region := range tree.Items(spec, "regions") {
		if name != "" && tree.Text(region, "name") == name {
			return region
		}
	}
	return nil
}

// setField sets the field under a path, and makes the maps on the way that are
// not there. A map that is a scalar or a list is left as it is: loading the
// site will say so.
func setField(m *yaml.Node, path []string, v *yaml.Node) {
	for _, key := range path[:len(path)-1] {
		next := tree.Get(m, key)
		switch {
		case next == nil || next.Tag == "!!null":
			next = tree.Map()
			tree.Put(m, key, next)
		case next.Kind != yaml.MappingNode:
			return
		}
		m = next
	}
	tree.Put(m, path[len(path)-1], v)
}
