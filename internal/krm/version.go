package krm

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// InVersion is a site with another version of Athens, written where
// VersionField says.
func InVersion(site *yaml.Node, version string) *yaml.Node {
	spec := tree.Get(site, "spec")
	i := versionRegion(spec)
	if i < 0 {
		return with(site, "athens", withVersion(tree.Get(spec, "athens"), version))
	}
	regions := *tree.Get(spec, "regions")
	region := tree.Deref(regions.Content[i])
	regions.Content = slices.Clone(regions.Content)
	own := tree.Get(region, "overrides")
	own = tree.With(own, "athens", withVersion(tree.Get(own, "athens"), version))
	regions.Content[i] = tree.With(region, "overrides", own)
	return with(site, "regions", &regions)
}

// VersionField is the field that decides a site's version of Athens, and
// whether it is written: that of the chosen region where it has a version of
// its own.
func VersionField(site *yaml.Node) (path string, written bool) {
	spec := tree.Get(site, "spec")
	if i := versionRegion(spec); i >= 0 {
		return "spec.regions[" + strconv.Itoa(i) + "].overrides.athens.version", true
	}
	return "spec.athens.version", tree.Text(spec, "athens", "version") != ""
}

// versionRegion is the index of the chosen region if it has a version of its
// own, or -1.
func versionRegion(spec *yaml.Node) int {
	chosen, regions := tree.Text(spec, "region"), tree.Get(spec, "regions")
	if chosen == "" || regions == nil || regions.Kind != yaml.SequenceNode {
		return -1
	}
	return slices.IndexFunc(regions.Content, func(r *yaml.Node) bool {
		return tree.Text(r, "name") == chosen && tree.Text(r, "overrides", "athens", "version") != ""
	})
}

func withVersion(athens *yaml.Node, version string) *yaml.Node {
	if athens == nil || athens.Kind != yaml.MappingNode {
		athens = tree.Map()
	}
	return tree.With(athens, "version", tree.String(version))
}
