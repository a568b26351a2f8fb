package krm

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// InVersion is a site with another version of Athens, written where
// VersionField says.
func InVersion(site *yaml.Node, version string) *yaml.Node {
	spec := get(site, "spec")
	if spec == nil || spec.Kind != yaml.MappingNode {
		return site
	}
	var b builder
	i := versionRegion(spec)
	if i < 0 {
		return with(site, "athens", withVersion(get(spec, "athens"), b.str(version)))
	}
	old := get(spec, "regions")
	regions, region := *old, *deref(old.Content[i])
	regions.Content, region.Content = slices.Clone(regions.Content), slices.Clone(region.Content)
	put(&region, "athens", withVersion(get(&region, "athens"), b.str(version)))
	regions.Content[i] = &region
	return with(site, "regions", &regions)
}

// VersionField is the field that decides a site's version of Athens, and
// whether it is written: that of the chosen region where it has a version of
// its own.
func VersionField(site *yaml.Node) (path string, written bool) {
	spec := get(site, "spec")
	if i := versionRegion(spec); i >= 0 {
		return "spec.regions[" + strconv.Itoa(i) + "].athens.version", true
	}
	return "spec.athens.version", text(spec, "athens", "version") != ""
}

// versionRegion is the index of the chosen region if it has a version of its
// own, or -1.
func versionRegion(spec *yaml.Node) int {
	chosen, regions := text(spec, "region"), get(spec, "regions")
	if chosen == "" || regions == nil || regions.Kind != yaml.SequenceNode {
		return -1
	}
	return slices.IndexFunc(regions.Content, func(r *yaml.Node) bool {
		return text(r, "name") == chosen && text(r, "athens", "version") != ""
	})
}

func withVersion(old, version *yaml.Node) *yaml.Node {
	var b builder
	athens := b.mapping()
	if old != nil && old.Kind == yaml.MappingNode {
		athens.Content = slices.Clone(old.Content)
	}
	put(athens, "version", version)
	return athens
}
