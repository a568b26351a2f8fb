package argocd

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/tree"
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
			if region := chosen(spec); region != nil && p.name != "region" {
				tree.Set(region, append(tree.Path{"overrides"}, p.path()...), s[i])
			} else {
				tree.Set(spec, p.path(), s[i])
			}
		}
	}
	return nil
}

// alone writes out what a site has of aliases and merge keys, so that a
// parameter reaches nothing but its field.
func alone(site *yaml.Node) error {
	copies := tree.Expander{Left: source.Sites.Parts}
	out := copies.WriteOut(site)
	if out == nil {
		return fmt.Errorf("line %d: %w", site.Line, tree.ErrAliases)
	}
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
